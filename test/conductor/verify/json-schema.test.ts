// A JSON Schema is applied whole or refused: no word in it is overlooked.
import t from 'tap';
import { compileSchema } from '../../../conductor/verify/json-schema.ts';

const output = (...quotes: string[]) => ({ findings: quotes.map((quote) => ({ quote, score: 1 })) });
const compile = (schema: unknown) => compileSchema(JSON.stringify(schema));

t.test('a schema accepts what fits it and names the place of what does not', async (t) => {
  const complaintOf = await compile({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    type: 'object',
    required: ['findings'],
    properties: {
      findings: { type: 'array', minItems: 1, items: { properties: { quote: { type: 'string', pattern: 'ERROR' } } } },
    },
  });
  t.equal(complaintOf(output('ERROR the disk is full')), undefined);
  t.match(complaintOf(output('INFO all is well')), /output\/findings\/0\/quote must match pattern/);
  t.match(complaintOf(output()), /must NOT have fewer than 1 items/);
});

t.test('draft 7 is known too, and keywords work without their type', async (t) => {
  for (const draft of ['http://json-schema.org/draft-07/schema#', 'http://json-schema.org/draft-07/schema']) {
    const complaintOf = await compile({ $schema: draft, properties: { findings: { maxItems: 1 } } });
    t.equal(complaintOf(output('one')), undefined);
    t.match(complaintOf(output('one', 'two')), /more than 1 items/);
  }
});

t.test('conditions, references and negations are applied', async (t) => {
  const noted = await compileSchema(`{
    "$defs": { "noted": { "required": ["note"] } },
    "properties": {
      "findings": { "items": { "if": { "properties": { "score": { "minimum": 1 } } }, "then": { "$ref": "#/$defs/noted" } } }
    }
  }`);
  t.match(noted(output('without a note')), /must have required property 'note'/);
  const negated = await compile({
    properties: { findings: { not: { contains: { properties: { quote: { const: 'x' } } } } } },
  });
  t.equal(negated(output('y')), undefined);
  t.match(negated(output('y', 'x')), /must NOT be valid/);
  t.match((await compile(false))(output('anything')), /false/);
});

t.test('what is not a schema, or has a word in it that is not understood, is refused', async (t) => {
  const bad: [schema: string, words: RegExp][] = [
    ['', /not JSON/],
    ['{"type": "object"', /not JSON/],
    ['[]', /an object/],
    ['5', /an object/],
    ['null', /an object/],
    ['"object"', /an object/],
    ['{"type": "bogus"}', /cannot be applied/],
    ['{"name": "pylon", "version": "1"}', /unknown keyword: "name"/],
    ['{"required": "findings"}', /cannot be applied/],
    ['{"properties": {"findings": {"minItems": "three"}}}', /cannot be applied/],
    ['{"properties": {"findings": {"minitems": 3}}}', /unknown keyword: "minitems"/],
    ['{"items": {"type": "string", "format": "colour"}}', /unknown format "colour"/],
    ['{"items": {"pattern": "("}}', /cannot be applied/],
    ['{"$ref": "#/$defs/nowhere"}', /can't resolve reference/],
    ['{"$ref": "https://example.com/schema.json"}', /can't resolve reference/],
    ['{"$ref": "#"}', /cannot be applied/],
    ['{"$schema": "http://json-schema.org/draft-04/schema#"}', /drafts 2020-12 and 7 are known/],
    ['{"$schema": 7}', /drafts 2020-12 and 7 are known/],
  ];
  for (const [schema, message] of bad)
    await t.rejects(compileSchema(schema), { code: 'schema-invalid', message }, schema);
});
