// Asks for the time every five milliseconds, until SIGTERM. Prints "ready pid=P" first.
'use strict';
let calls = 0;
setInterval(() => { calls += process.hrtime.bigint() > 0n ? 1 : 0; }, 5);
process.on('SIGTERM', () => { console.log(`done calls=${calls}`); process.exit(0); });
console.log(`ready pid=${process.pid}`);
