/**
 * The one error that crosses walls: a stable code, one sentence for people, and a cause for us.
 * 4xx sentences say how to mend it; anything that is not an AppError is answered as `internal` and told to the log only.
 */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly status: number

  constructor(code: ErrorCode, message?: string, options?: { cause?: unknown }) {
    super(message ?? errors[code].message, options)
    this.name = 'AppError'
    this.code = code
    this.status = errors[code].status
  }
}

/** Every code a caller may meet, with its HTTP status and the sentence shown when the thrower has nothing more exact. */
export const errors = {
  // requests
  bad_request: { status: 400, message: 'The request could not be understood; check its fields.' },
  bad_json: { status: 400, message: 'The body is not valid JSON.' },
  body_too_large: { status: 413, message: 'The body is larger than this endpoint accepts.' },
  not_signed_in: { status: 401, message: 'Sign in first.' },
  forbidden: { status: 403, message: 'Your account may not do this.' },
  cross_site: { status: 403, message: 'This request came from another site and was refused.' },
  not_found: { status: 404, message: 'There is nothing here, or it is not for you.' },
  conflict: { status: 409, message: 'That name is taken; choose another.' },
  nothing_to_cancel: { status: 409, message: 'Nothing is being made of this video; there is nothing to stop.' },
  nothing_to_retry: {
    status: 409,
    message: 'There is nothing to try again: this video is whole, or its file has not arrived.',
  },
  retry_useless: { status: 409, message: 'Another try at this file would end the same; replace the file.' },
  original_deleted: {
    status: 409,
    message: 'The original of this video was deleted, as you wished; replace the file with your own copy first.',
  },
  nothing_to_replace: {
    status: 409,
    message: 'This video has no file yet; upload it first, it can be replaced afterwards.',
  },
  download_impossible: { status: 422, message: 'No file to download can be made of this video; watch it here.' },
  download_not_ready: { status: 409, message: 'The file is being made; try again in a moment.' },
  too_many_requests: { status: 429, message: 'Too many requests; wait a moment and try again.' },
  too_many_plays: {
    status: 422,
    message: 'These are more plays than can be counted at once; choose a shorter period or fewer filters.',
  },
  unavailable: { status: 503, message: 'This part of the site is busy; try again in a moment.' },
  internal: { status: 500, message: 'Something broke on our side. It has been logged.' },
  setup_code_used: { status: 410, message: 'This set-up link was used already; sign in instead.' },
  // uploads
  file_missing: { status: 400, message: 'No file came with the upload; choose a video file.' },
  file_empty: { status: 400, message: 'The file is empty; choose one with a video in it.' },
  file_too_large: { status: 413, message: 'The file is larger than this site accepts.' },
  upload_incomplete: { status: 400, message: 'The upload ended before the whole file arrived; send it again.' },
  quota: { status: 413, message: 'This file is more than your account may keep; delete a video to make room.' },
  quota_videos: {
    status: 413,
    message: 'You have as many videos as your account may keep; delete one to upload another.',
  },
  too_many_drafts: {
    status: 429,
    message: 'Too many of your videos wait for their file; upload one or delete one first.',
  },
  video_deleted: { status: 410, message: 'The video of this upload was deleted; start a new upload.' },
  too_many_uploads: { status: 429, message: 'Too many of your uploads are unfinished; finish or cancel one first.' },
  upload_idle: { status: 408, message: 'Nothing arrived for too long; check your connection and send it again.' },
  checksum_mismatch: { status: 460, message: 'The bytes changed on their way; send them again.' },
  storage_full: { status: 507, message: 'The disk is full; free some space and try again.' },
  // imports; most are told as the failure of the video that waits for the file
  import_refused: { status: 422, message: 'This address cannot be imported; give the public address of a video file.' },
  import_malformed: { status: 422, message: 'That is no web address; it begins with https:// or http://.' },
  import_scheme: {
    status: 422,
    message: 'Only addresses that begin with https:// or http:// can be imported.',
  },
  import_credentials: {
    status: 422,
    message: 'Leave out the name and password in front of the @; only public files can be imported.',
  },
  import_port: {
    status: 422,
    message: 'This address names a port that this site does not connect to; use the address without it.',
  },
  import_private: {
    status: 422,
    message: 'This address leads into a private network, where this site fetches nothing; use a public address.',
  },
  imports_off: { status: 403, message: 'Imports from web addresses are switched off on this site.' },
  too_many_imports: {
    status: 429,
    message: 'You began as many imports as this site allows in an hour; try again later.',
  },
  import_arrived: { status: 409, message: 'This file has arrived already; delete its video instead.' },
  import_no_server: { status: 422, message: 'The name in this address has no server; check its spelling.' },
  import_certificate: {
    status: 422,
    message: 'The certificate of that site is not valid; use another address.',
  },
  import_breaks: { status: 422, message: 'The connection to that site breaks each time; try again later.' },
  import_redirects: {
    status: 422,
    message: 'This address is passed on too often; give the address of the file itself.',
  },
  import_unreachable: { status: 422, message: 'That site could not be reached; check the address or try again later.' },
  import_not_found: { status: 422, message: 'That site has no file at this address; check it for mistakes.' },
  import_denied: {
    status: 422,
    message: 'That site does not give this file to everybody; make it public or upload it.',
  },
  import_too_large: { status: 413, message: 'The file at this address is larger than this site accepts.' },
  import_web_page: { status: 422, message: 'This address is a web page; give the address of the video file itself.' },
  import_compressed: {
    status: 422,
    message: 'That site sends the file compressed; give an address of the plain file.',
  },
  import_too_slow: { status: 422, message: 'That site sends the file too slowly; download it and upload it here.' },
  // media, as told to the owner of a failed video
  not_a_video: { status: 415, message: 'This file is not a video we can read; choose another.' },
  no_video: { status: 422, message: 'This file has sound but no picture; choose a video.' },
  truncated: { status: 422, message: 'The file is incomplete; replace it with a whole copy.' },
  no_frames: { status: 422, message: 'Not a single picture could be decoded from this file; export it again.' },
  encrypted: { status: 422, message: 'This file is copy-protected; choose one without protection.' },
  codec_unsupported: { status: 422, message: 'This file uses a video format we cannot decode; export it as H.264.' },
  dimensions: {
    status: 422,
    message:
      'The picture is too large or too small; export it at 8192 × 4320 at most, and no side under 16 pixels or over 8192.',
  },
  too_many_tracks: {
    status: 422,
    message: 'This file has more than 256 tracks; export it with one picture and one sound.',
  },
  too_long: {
    status: 422,
    message:
      'This video is longer than this site accepts, which is 12 hours unless its operator chose otherwise; cut it into several.',
  },
  resource_limit: {
    status: 422,
    message: 'This video took more computing than we allow; try again later, or export it at a lower size.',
  },
  output_limit: {
    status: 422,
    message: 'This video became too big while we processed it; export it at a lower quality.',
  },
  cancelled: {
    status: 422,
    message: 'The work on this video was stopped, as you wished; try again when you like, its file is kept.',
  },
  transcode_failed: {
    status: 422,
    message: 'We could not process this video. It has been logged; try again, its file is kept.',
  },
  // captions
  captions_unreadable: { status: 422, message: 'This is no SRT or WebVTT file; export the captions as one of these.' },
  captions_no_file: { status: 422, message: 'This file is empty; choose one with captions in it.' },
  captions_no_text: { status: 422, message: 'No caption in this file has any text; choose another file.' },
  captions_times: {
    status: 422,
    message: 'Too many times in this file can’t be used; write each as 00:01:02,500 --> 00:01:04,000.',
  },
  captions_empty: { status: 422, message: 'There is no caption with text in it; write one, or delete the captions.' },
  captions_too_large: { status: 413, message: 'Captions may have 1 MB at most; leave out what is not text.' },
  captions_too_many: { status: 422, message: 'Captions may have 20,000 cues at most; join some of them.' },
  captions_languages: {
    status: 422,
    message: 'A video may have captions in 100 languages at most; delete some.',
  },
  captions_too_often: {
    status: 429,
    message: 'The captions of this video were changed too often today; try again in some hours.',
  },
  captions_cue: { status: 422, message: 'One of the captions can’t be kept as it is; look at its times and its text.' },
  captions_language: { status: 422, message: 'That is no language we know; give its tag, such as `en` or `zh-Hans`.' },
  captions_changed: {
    status: 412,
    message: 'These captions were changed meanwhile; load them again before you change them.',
  },
  captions_taken: {
    status: 409,
    message: 'This video has captions in that language already; delete those first, or choose another language.',
  },
  captions_exist: {
    status: 428,
    message: 'There are captions in this language; send If-Match with their ETag, or with * to replace any.',
  },
  // pictures, as told to the owner who chose one
  not_a_picture: { status: 422, message: 'This file is not a picture we can read; send a JPEG, PNG or WebP.' },
  picture_dimensions: {
    status: 422,
    message: 'This picture is too large or too small; send one between 16 and 8192 pixels a side.',
  },
  moment_unreadable: { status: 422, message: 'The picture of that moment could not be read; choose another moment.' },
  moment_replaced: {
    status: 422,
    message: 'This video was given another file meanwhile; choose a moment of that one.',
  },
  // delivery and beacons
  token_invalid: { status: 403, message: 'This link was not made by this site.' },
  token_expired: { status: 403, message: 'This link has expired; reload the page.' },
  beacon_invalid: { status: 400, message: 'The beacon does not have the documented shape.' },
} as const satisfies Record<string, { status: number; message: string }>

export type ErrorCode = keyof typeof errors

/** The JSON body of every error answer. */
export interface ErrorBody {
  error: { code: ErrorCode; message: string; requestId?: string }
}

export function errorBody(error: AppError, requestId?: string): ErrorBody {
  return { error: { code: error.code, message: error.message, ...(requestId && { requestId }) } }
}
