import { UploadItem } from './upload-item.svelte.ts'

/** All uploads of this tab. They belong to the tab and not to the page, so that walking through the site does not stop them. */
class Uploads {
  items = $state.raw<UploadItem[]>([])
  readonly isSending = $derived(this.items.some((item) => item.state === 'sending' || item.state === 'starting'))

  add(files: Iterable<File>) {
    const added = Array.from(files, (file) => new UploadItem(file))
    this.items = [...added, ...this.items]
    for (const item of added) item.start()
  }

  async remove(item: UploadItem) {
    this.items = this.items.filter((other) => other !== item)
    await item.cancel()
  }
}

export const uploads = new Uploads()
