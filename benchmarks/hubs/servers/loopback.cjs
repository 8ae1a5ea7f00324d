// Loaded before a hub that listens on all of a machine's addresses: a benchmark opens no port to others.
const net = require("node:net");

const listen = net.Server.prototype.listen;
net.Server.prototype.listen = function (port, ...rest) {
  return ["number", "string"].includes(typeof port)
    ? listen.call(this, { port: Number(port), host: "127.0.0.1" }, ...rest.filter((one) => typeof one === "function"))
    : listen.call(this, port, ...rest);
};
