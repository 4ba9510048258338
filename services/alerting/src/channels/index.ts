export { configuredReceiver, deliverAlerts, type Receiver } from './deliver-alerts.runner.ts';
