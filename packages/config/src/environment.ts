/**
 * Settings from environment variables. An unknown variable is only warned of, unlike an unknown key in a
 * file, because others put variables there, too: Kubernetes makes some for each service. A
 * variable that is set to nothing counts as not set.
 *
 * @module
 */
import { didYouMean } from './did-you-mean.ts'
import { Layer } from './layer.ts'
import type { Program } from './program.ts'
import { VARIABLE_PREFIX, variableName } from './setting.ts'

export type Environment = Readonly<Record<string, string | undefined>>

export function readEnvironment(program: Program, environment: Environment): Layer {
  const layer = new Layer()
  for (const [variable, value] of Object.entries(environment)) {
    if (!variable.startsWith(VARIABLE_PREFIX) || value === undefined || value === '') continue
    const origin = `environment ${variable}`
    const setting = program.settings.find((known) => known.variable === variable)
    const refusal = refusedVariable(program, variable)
    if (setting !== undefined) {
      layer.give(setting, value, origin)
    } else if (refusal !== undefined) {
      layer.problems.push(`${origin}: ${refusal}`)
    } else {
      layer.warnings.push(`${origin} has no effect: ${withoutEffect(program, variable)}`)
    }
  }
  return layer
}

function refusedVariable(program: Program, variable: string): string | undefined {
  for (const [name, section] of program.sections) {
    if (section.refusedBecause !== undefined && variable.startsWith(variableName(name, ''))) {
      return section.refusedBecause
    }
  }
  return undefined
}

function withoutEffect(program: Program, variable: string): string {
  for (const [name, section] of program.sections) {
    for (const [key, reason] of section.inert) {
      if (variableName(name, key) === variable) return reason
    }
  }
  const known = program.settings.map((setting) => setting.variable)
  return `there is no such setting${didYouMean(variable, known)}`
}
