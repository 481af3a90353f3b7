import { expect, test } from 'vitest'
import { openStorage } from './open-storage.ts'
import { s3Settings } from './s3-settings.ts'

test('a URL names bucket, prefix, endpoint, region and credentials', () => {
  const settings = s3Settings('s3://key:s%2Fcret@my-bucket/a/b/?endpoint=https://s3.example&region=eu-1')
  expect(settings).toMatchObject({
    bucket: 'my-bucket',
    prefix: 'a/b',
    clientConfig: {
      endpoint: 'https://s3.example',
      region: 'eu-1',
      forcePathStyle: true,
      credentials: { accessKeyId: 'key', secretAccessKey: 's/cret' },
    },
  })
})

test('without an endpoint it is Amazon, and what is not said is left to the SDK', () => {
  const { clientConfig, prefix } = s3Settings('s3://my-bucket')
  expect(prefix).toBe('')
  expect(clientConfig).toMatchObject({ endpoint: undefined, region: undefined, forcePathStyle: false })
  expect(clientConfig).not.toHaveProperty('credentials')
})

test('path style can be turned off', () => {
  expect(s3Settings('s3://b?endpoint=http://h:1&pathStyle=0').clientConfig.forcePathStyle).toBe(false)
})

test.each([
  's3://',
  's3:/bucket',
  's3://b?endpoint=h:1',
  's3://b?pathStyle=yes',
  's3://b?secret=hunter2',
  'ftp://b',
  'disk:folder',
  'disk://folder/below',
  'disk://',
  'disk:///',
])('%s is refused without repeating it', async (url) => {
  const error = await openStorage(url).catch((error) => error)
  expect(error).toMatchObject({ code: 'bad_request' })
  expect(error.message).not.toContain('hunter2')
})
