export { auditLog } from './audit-log.projection.ts';
export { openAudit } from './audit.handlers.ts';
export { startAudit, verifyStoredAuditLog, type AuditReads } from './audit.state.ts';
