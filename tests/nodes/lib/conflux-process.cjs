// The process that the native Conflux node runs in; its first argument is the configuration file.
const { ConfluxNode } = require('@xcfx/node-linux-x64-gnu');

// The native threads do not keep the process alive, a timer does.
setInterval(() => {}, 60_000);
new ConfluxNode().startNode({ configFile: process.argv[2] }).catch((error) => {
  console.error(error);
  process.exit(1);
});
