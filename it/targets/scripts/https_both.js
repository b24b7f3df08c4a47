// An HTTPS server and a client of it in one Node.js.
//
//     node https_both.js KEY CERTIFICATE INTERVAL_MICROS COUNT
//
// COUNT requests (0: until SIGTERM) over one connection: GET /node/i HTTP/1.1, answered with 200, or 404 where i is a multiple
// of 5. Prints "ready pid=P", at the end "done requests=R".
const fs = require("fs");
const https = require("https");

const [key, cert] = process.argv.slice(2, 4).map((file) => fs.readFileSync(file));
const [interval, count] = process.argv.slice(4).map(Number);
let done = 0;
let stopping = false;
process.on("SIGTERM", () => (stopping = true));

const server = https.createServer({ key, cert }, (request, response) => {
  const number = Number(request.url.replace("/node/", ""));
  response.writeHead(number % 5 === 0 ? 404 : 200).end("node");
});

function ask() {
  if (stopping || (count !== 0 && done === count)) {
    console.log(`done requests=${done}`);
    process.exit(0);
  }
  const options = { host: "localhost", port: server.address().port, path: `/node/${done}`, ca: cert, agent };
  https.get(options, (response) => {
    response.resume().on("end", () => {
      done++;
      setTimeout(ask, interval / 1000);
    });
  });
}

const agent = new https.Agent({ keepAlive: true, maxSockets: 1 });
server.listen(0, "localhost", () => {
  console.log(`ready pid=${process.pid}`);
  ask();
});
