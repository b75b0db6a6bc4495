// One call of the official client: node call.js BASE_URL METHOD JSON. Prints what it answered, or the exception it threw, as JSON.
const fs = require('node:fs');
const { OpenAI } = require('openai');

const [baseURL, method, json] = process.argv.slice(2);
const body = JSON.parse(json);
const client = new OpenAI({ baseURL, apiKey: 'not-needed', maxRetries: 0 });

async function events(stream) {
  const seen = [];
  for await (const event of stream) seen.push(event);
  return seen;
}

const withImage = ({ image, ...rest }) => ({
  image: Array.isArray(image) ? image.map((path) => fs.createReadStream(path)) : fs.createReadStream(image),
  ...rest,
});

const methods = {
  generate: () => client.images.generate(body),
  generateStream: async () => events(await client.images.generate({ ...body, stream: true })),
  edit: () => client.images.edit(withImage(body)),
  editStream: async () => events(await client.images.edit({ ...withImage(body), stream: true })),
  models: async () => (await client.models.list()).data,
  model: () => client.models.retrieve(body.model),
  // Leaves as soon as the first event is there.
  firstEvent: async () => {
    for await (const event of await client.images.generate({ ...body, stream: true })) return [event];
  },
};

methods[method]().then(
  (value) => console.log(JSON.stringify(value)),
  (error) => console.log(JSON.stringify({
    thrown: error.constructor.name,
    status: error.status,
    code: error.code,
    param: error.param,
    type: error.type,
    message: error.message,
    retryAfter: error.headers?.get('retry-after'),
  })),
);
