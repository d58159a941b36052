// Relays each text to everybody in its room, the sender included: `ws`, as its documentation shows it.
import { createServer } from "node:http";
import { WebSocketServer } from "ws";

const rooms = new Map();

const http = createServer((request, response) => {
  if (request.url === "/collect") globalThis.gc?.();
  response.end();
});

const server = new WebSocketServer({ server: http, clientTracking: false });

server.on("connection", (socket, request) => {
  const name = new URL(request.url, "http://localhost").searchParams.get("room") ?? "lobby";
  if (!rooms.has(name)) rooms.set(name, new Set());
  const room = rooms.get(name);
  room.add(socket);
  socket.on("message", (text) => {
    for (const listener of room) listener.send(text, { binary: false });
  });
  socket.on("close", () => room.delete(socket));
});

http.listen(0, "127.0.0.1", 4096, () => console.log(`http://127.0.0.1:${http.address().port}`));
