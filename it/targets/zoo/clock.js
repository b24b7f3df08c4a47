// Asks for the time, which is a probed function of Node's.
process.on('SIGUSR1', () => {
    let backwards = 0, last = process.hrtime.bigint(), sum = 0;
    for (let n = 0; n < 2000; n++) {
        performance.now();
        const now = process.hrtime.bigint();
        if (now < last) backwards++;
        last = now;
        sum += n * 3 + 1;
    }
    console.log(`result sum=${sum} backwards=${backwards}`);
    process.exit(0);
});
setInterval(() => {}, 1000);
console.log(`ready pid=${process.pid}`);
