// The shop's receiver of webhooks, which is down all day.
import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import { freePorts } from '../../nodes/lib/process.mjs';

export class Receiver {
  static async reserve() {
    const [port] = await freePorts(1);
    return Object.assign(new Receiver(), { port, url: `http://127.0.0.1:${port}/hook`, got: new Map(), bad: 0 });
  }

  /** Up, at last. */
  async open() {
    this.server = createServer((request, response) => {
      let body = '';
      request.on('data', (data) => (body += data));
      request.on('end', () => {
        const parts = Object.fromEntries(request.headers['jiaozi-signature'].split(',').map((part) => part.split('=')));
        const mac = createHmac('sha256', this.secret).update(`${parts.t}.${body}`).digest('hex');
        if (parts.v1 === mac) this.got.set(JSON.parse(body).seq, JSON.parse(body));
        else this.bad += 1;
        response.writeHead(204).end();
      });
    });
    await new Promise((done) => this.server.listen(this.port, '127.0.0.1', done));
  }

  close() {
    this.server?.closeAllConnections();
    this.server?.close();
  }
}
