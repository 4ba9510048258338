// Run inside a container: says whether a port can be connected to, or why not.
const { connect } = require('node:net');

const [host, port] = process.argv.slice(2);
const socket = connect({ host, port: Number(port), timeout: 3000 });
const say = (text) => {
  process.stdout.write(text);
  socket.destroy();
};
socket.once('connect', () => say('open'));
socket.once('timeout', () => say('ETIMEDOUT'));
socket.once('error', ({ code }) => say(code));
