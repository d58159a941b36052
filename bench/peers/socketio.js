// Relays each text to everybody in its room, the sender included: Socket.IO, over WebSocket alone.
import { createServer } from "node:http";
import { Server } from "socket.io";

const http = createServer((request, response) => {
  if (request.url === "/collect") globalThis.gc?.();
  response.end();
});

const io = new Server(http, { transports: ["websocket"], serveClient: false });

io.on("connection", (socket) => {
  const room = socket.handshake.query.room ?? "lobby";
  socket.join(room);
  socket.on("message", (text) => io.to(room).emit("message", text));
});

http.listen(0, "127.0.0.1", 4096, () => console.log(`http://127.0.0.1:${http.address().port}`));
