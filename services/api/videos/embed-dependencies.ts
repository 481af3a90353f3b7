import type { Request } from 'express'
import { mayWatch } from '#catalog/access.ts'
import { listTracks } from '#catalog/captions.ts'
import { shownPosterKey } from '#catalog/extras-poster.ts'
import { shownStoryboardPrefix } from '#catalog/extras-storyboard.ts'
import { languageLabel } from '#contract/captions.ts'
import type { ViewerHasher } from '../accounts/viewer-hash.ts'
import type { Context } from '../context.ts'
import type { EmbedDependencies } from '../embed/embed-routes.ts'
import { mediaPlace } from '../media-address.ts'
import type { EmbedPolicies } from '../policies/embed-policies.ts'
import { createVisitorReader } from '../visitor/visitor.ts'
import { posterUrl } from './present-video.ts'
import { findVideo } from './read-videos.ts'

/** What the embed documents need to know of videos and people. */
export function embedDependencies(context: Context, viewers: ViewerHasher, policies: EmbedPolicies): EmbedDependencies {
  const { accounts, catalog, config, logger, pageTitles, sightings } = context
  return {
    async findPlayable(videoId, request) {
      const [video, tracks, reader] = await Promise.all([
        findVideo(catalog.database, videoId),
        listTracks(catalog.database, videoId),
        // On other sites browsers send no cookie of ours: there everybody is a stranger, which is what an embed wants.
        request.get('cookie') ? accounts.findReader(request.headers) : null,
      ])
      if (!video || !mayWatch(video, reader)) return null
      const isOwn = reader?.id === video.owner_id
      return {
        id: video.id,
        ownerId: video.owner_id,
        title: video.title,
        status: video.status,
        durationMs: video.duration_ms,
        width: video.width,
        height: video.height,
        publishedPrefix: video.published_prefix,
        // Small pictures of a file that is not the one that plays would show moments that are not in it.
        storyboardPrefix: shownStoryboardPrefix(video),
        posterUrl: posterUrl(mediaPlace(config), shownPosterKey(video)),
        captions: tracks.map((track) => ({
          language: track.language,
          label: languageLabel(track.language),
          kind: track.kind,
          objectKey: track.object_key,
          ...(track.is_default && { isDefault: true }),
        })),
        isOwn,
        failureMessage: isOwn ? video.failure_message : null,
      }
    },
    viewerHash: (request: Request, video) =>
      // Without a hash the play still counts; without a document there would be no play.
      viewers
        .hash({
          address: request.ip ?? '',
          userAgent: request.get('user-agent') ?? '',
          ownerId: video.ownerId,
        })
        .catch((error) => {
          logger.error({ err: error }, 'could not tell viewers apart')
          return ''
        }),
    readVisitor: createVisitorReader({ hostingNetworksFile: config.HOSTING_NETWORKS_FILE }),
    ...mediaPlace(config),
    signingKeys: config.SIGNING_KEYS,
    siteRules: {
      holdsFor: policies.holdsFor,
      noteRefusal: (videoId, site) => sightings.note({ videoId, kind: 'refused', name: site }),
    },
    noteTitle: pageTitles.note,
    playerAssetsFolder: config.PLAYER_BUILD,
    logger,
  }
}
