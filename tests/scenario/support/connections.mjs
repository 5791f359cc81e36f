// Opens many connections from one address and prints how many the server keeps: PORT COUNT.
import net from 'node:net';

const [port, count] = process.argv.slice(2).map(Number);
let closed = 0;
for (let i = 0; i < count; i++) {
    await new Promise((opened) => {
        const socket = net.connect(port, '127.0.0.1', opened);
        socket.on('close', () => closed++);
        socket.on('error', () => {});
    });
}
for (let last = -1; last !== closed;) {
    last = closed;
    await new Promise((later) => setTimeout(later, 1000));
}
console.log(count - closed);
process.exit(0);
