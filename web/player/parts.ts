import { type IconName, icon } from './icons.ts'

export interface IconButton extends HTMLButtonElement {
  /** Changes what it shows and what it is called. */
  become(name: IconName, label: string): void
}

export function iconButton(name: IconName, label: string, onPress: () => void): IconButton {
  const button = Object.assign(document.createElement('button'), {
    type: 'button' as const,
    become(shape: IconName, text: string) {
      if (button.title === text) return
      button.innerHTML = icon(shape)
      button.title = text
      button.ariaLabel = text
    },
  })
  button.become(name, label)
  button.addEventListener('click', onPress)
  return button
}

// A sheet made by script needs no nonce.
export function addStyle(css: string): void {
  const sheet = new CSSStyleSheet()
  sheet.replaceSync(css)
  document.adoptedStyleSheets.push(sheet)
}

export function slider(className: string, label: string, max: number): HTMLInputElement {
  const input = document.createElement('input')
  Object.assign(input, {
    type: 'range',
    className,
    ariaLabel: label,
    min: '0',
    max: String(max),
    step: 'any',
    value: '0',
  })
  return input
}

export interface Choice<Value> {
  value: Value
  label: string
}

/** A native list: small, and at home with every keyboard, finger and screen reader. */
export function picker(className: string, label: string): HTMLSelectElement {
  return Object.assign(document.createElement('select'), { className, ariaLabel: label, title: label })
}

export function fillPicker<Value>(select: HTMLSelectElement, choices: Choice<Value>[], chosen: number): void {
  select.replaceChildren(...choices.map(({ label }, index) => new Option(label, String(index))))
  select.value = String(chosen)
}

/** 65,000 ms as `1:05`. */
export function clockTime(seconds: number): string {
  const whole = Number.isFinite(seconds) ? Math.floor(Math.max(0, seconds)) : 0
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60]
  const rest = String(whole % 60).padStart(2, '0')
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, '0')}:${rest}` : `${minutes}:${rest}`
}
