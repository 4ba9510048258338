export { assetRequests } from './answer-requests.consumer.ts';
export { assetDecider, type AssetProbe } from './asset.decider.ts';
