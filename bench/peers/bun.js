// Relays each text to everybody in its room, the sender included: Bun's own `publish`, uWebSockets inside.
const server = Bun.serve({
  hostname: "127.0.0.1",
  port: 0,
  fetch(request, server) {
    const url = new URL(request.url);
    if (url.pathname === "/collect") Bun.gc(true);
    const room = url.searchParams.get("room") ?? "lobby";
    if (server.upgrade(request, { data: { room } })) return;
    return new Response();
  },
  websocket: {
    open(socket) {
      socket.subscribe(socket.data.room);
    },
    message(socket, text) {
      server.publish(socket.data.room, text);
    },
  },
});

console.log(`http://127.0.0.1:${server.port}`);
