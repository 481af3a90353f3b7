import type { ControlsParts } from './controls.ts'
import { infoTexts } from './info-texts.ts'
import { iconButton } from './parts.ts'
import { loadedUntil } from './scrubber.ts'

/** What a viewer can tell of this play: its id, by which Views Details explains it, how far it counts, and how it plays. */
export function createInfo({ stage, video, texts: { language }, playId, report }: ControlsParts) {
  const texts = infoTexts[language]
  const button = iconButton('info', texts.title, toggle)
  const panel = document.createElement('section')
  panel.innerHTML = `<p>${texts.playId} <code>${playId}</code> <button type="button"></button><p><p>${texts.help}`
  const [id, copyButton, facts] = ['code', 'button', 'p+p'].map((name) => panel.querySelector(name)!) as [
    HTMLElement,
    HTMLButtonElement,
    HTMLElement,
  ]
  let timer: ReturnType<typeof setInterval> | undefined

  function show(): void {
    const reached = report.reached()
    facts.textContent = [
      `${texts.reached}: ${texts.steps.filter((_, step) => reached[step]).join(' → ')}`,
      report.isHeard() ? texts.heard : texts.unheard,
      `${texts.picture}: ${video.videoWidth} × ${video.videoHeight}`,
      `${texts.ahead}: ${Math.max(0, loadedUntil(video) - video.currentTime).toFixed(1)} s`,
    ].join('\n')
  }

  function toggle(): void {
    const isOpen = panel.hidden
    panel.hidden = !isOpen
    button.ariaExpanded = String(isOpen)
    copyButton.textContent = texts.copy
    clearInterval(timer)
    if (isOpen) {
      show()
      timer = setInterval(show, 500)
    }
    const next = isOpen ? copyButton : button
    next.focus({ preventScroll: true })
  }

  copyButton.addEventListener('click', () => {
    getSelection()!.selectAllChildren(id)
    // The clipboard of today is closed to frames whose page did not open it; the old command works everywhere.
    if (document.execCommand('copy')) copyButton.textContent = texts.copied
  })
  panel.addEventListener('keydown', ({ key }) => {
    if (key === 'Escape') toggle()
  })
  Object.assign(panel, { className: 'panel', hidden: true, ariaLabel: texts.title })
  button.classList.add('info')
  button.ariaExpanded = 'false'
  stage.append(panel)
  return { button, toggle }
}
