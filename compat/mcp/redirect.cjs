// Connects the host names of the hosted service to the server under test, in this process only. Names in requests and in
// certificates stay as they are. The keychain of the desktop, needed for signing in with a browser, is left out: its
// package downloads a binary when it is installed.
const Module = require("module");
const net = require("net");

const connect = net.Socket.prototype.connect;
net.Socket.prototype.connect = function (...args) {
  const normalized = Array.isArray(args[0]) ? args[0] : net._normalizeArgs(args);
  const [options] = normalized;
  if (/(^|\.)(azure|visualstudio)\.com$/.test(options?.host ?? "")) {
    normalized[0] = { ...options, host: "127.0.0.1", port: Number(process.env.SERVER_PORT) };
  }
  return connect.call(this, normalized);
};

const load = Module._load;
Module._load = function (request, ...rest) {
  return request.endsWith("keytar.node") ? {} : load.call(this, request, ...rest);
};
