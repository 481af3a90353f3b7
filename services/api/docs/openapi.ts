import { z } from 'zod'
import { gradeDefinitions, parameters } from './definitions.ts'
import { endpoints } from './endpoints.ts'
import { fault } from './other-answers.ts'
import type { Endpoint } from './views-endpoints.ts'

type Json = Record<string, unknown>

/** The OpenAPI 3.1 document, made of the very schemas that requests are checked with. */
export function openApiDocument(publicUrl: string): Json {
  const paths: Record<string, Json> = {}
  for (const endpoint of endpoints) {
    const path = `/api${endpoint.path}`
    paths[path] = { ...paths[path], [endpoint.method]: operationOf(endpoint) }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'QQVideo', version: '1', description: introduction },
    servers: [{ url: new URL(publicUrl).origin }],
    tags: [...new Set(endpoints.map((endpoint) => endpoint.tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        key: { type: 'http', scheme: 'bearer', bearerFormat: 'qqv_…', description: keyHelp },
        session: { type: 'apiKey', in: 'cookie', name: 'qqvideo.session_token', description: sessionHelp },
      },
      schemas: { Error: schemaOf(fault, 'output') },
    },
  }
}

const keyHelp =
  'A key reads Views Details and your list of videos, and nothing else; 600 requests a minute. Make one under Settings, API keys.'
const sessionHelp = 'The session of a signed-in person. With https the name of the cookie begins with `__Secure-`.'
const introduction = [
  'Times are milliseconds since 1970 in UTC, shares are 0 to 1. A question is about whole hours.',
  'Errors have a stable code and one sentence that says how to mend them.',
  `Grades, the surest first: ${Object.entries(gradeDefinitions)
    .map(([grade, meaning]) => `${grade} – ${meaning}`)
    .join(' ')}`,
].join('\n\n')

function operationOf(endpoint: Endpoint): Json {
  const { tag, summary, body, otherBody, status = 200, access } = endpoint
  return {
    tags: [tag],
    summary,
    operationId: `${endpoint.method}${endpoint.path.replace(/[^a-zA-Z]+(\w)?/g, (_, letter = '') => letter.toUpperCase())}`,
    security: { key: [{ key: [] }, { session: [] }], session: [{ session: [] }], anybody: [] }[access],
    parameters: [...pathParameters(endpoint), ...queryParameters(endpoint)],
    ...((body || otherBody) && {
      requestBody: {
        required: true,
        content: {
          ...(body && { 'application/json': { schema: schemaOf(body, 'input') } }),
          ...contentOf(otherBody ?? {}),
        },
      },
    }),
    responses: { [status]: answerOf(endpoint), default: faultAnswer },
  }
}

const faultAnswer = {
  description:
    'What went wrong: 400 for a field that is not right, 401 without a good key or session, 403 where it may not be done, 404 for what is not there or not yours, 429 with Retry-After.',
  content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
}

function answerOf({ answer, otherAnswer }: Endpoint): Json {
  if (otherAnswer) {
    return { description: 'As asked for.', content: contentOf(otherAnswer) }
  }
  if (!answer) return { description: 'Done.' }
  return { description: 'As asked for.', content: { 'application/json': { schema: schemaOf(answer, 'output') } } }
}

function contentOf(types: Record<string, string>): Json {
  return Object.fromEntries(Object.entries(types).map(([type, description]) => [type, { schema: { description } }]))
}

function pathParameters({ path, choices = {} }: Endpoint): Json[] {
  return [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string', ...(choices[name!] && { enum: choices[name!] }) },
  }))
}

function queryParameters({ query }: Endpoint): Json[] {
  if (!query) return []
  const { properties = {}, required = [] } = schemaOf(query, 'input') as { properties?: Json; required?: string[] }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    description: parameters[name],
    schema,
  }))
}

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _, ...rest } = z.toJSONSchema(schema, { io, unrepresentable: 'any' })
  return rest
}
