export { hangUp, rawProblem } from './raw-answers.http.ts';
export { requestTarget, type RequestTarget } from './request-target.ts';
export { startGatewayServer, trustedProxies, type GatewayServer } from './server.http.ts';
