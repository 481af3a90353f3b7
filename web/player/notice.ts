export interface Notice {
  /** A sentence over the picture, with a button where there is something to do. */
  show(sentence: string, action?: { label: string; run: () => void }): void
  hide(): void
}

export function createNotice(stage: HTMLElement): Notice {
  const line = stage.querySelector<HTMLElement>('.notice')!

  return {
    show: (sentence, action) => {
      line.replaceChildren(sentence)
      if (action) line.append(createButton(action))
      line.hidden = false
    },
    hide: () => {
      line.hidden = true
    },
  }
}

function createButton({ label, run }: { label: string; run: () => void }): HTMLElement {
  const button = document.createElement('button')
  button.type = 'button'
  button.textContent = label
  button.addEventListener('click', run)
  return button
}
