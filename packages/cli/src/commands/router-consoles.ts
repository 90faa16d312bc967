/** A console for every router of a laboratory: lines go in by router, what routers say comes out. */
import { type Attached, Console, type ConsoleOptions } from '@dmvpn/ios'
import type { Simulation, Station } from '@dmvpn/sim'

export class RouterConsoles {
  private readonly consoles = new Map<string, Console>()
  private readonly simulation: Simulation

  /** `write` gets what a router says, as it says it. */
  constructor(simulation: Simulation, write: (router: string, text: string) => void, options: ConsoleOptions = {}) {
    this.simulation = simulation
    for (const [name, station] of simulation.stations)
      this.consoles.set(name, new Console(attachedTo(simulation, station), text => write(name, text), options))
    simulation.watch((step, at, { name }) => this.consoles.get(name)?.take(step, at))
  }

  /** The console of a router, whose name may be written in any case; undefined where there is none. */
  of(name: string): { readonly name: string; readonly console: Console } | undefined {
    for (const [each, console] of this.consoles)
      if (each.toLowerCase() === name.toLowerCase()) return { name: each, console }
    return undefined
  }

  get names(): readonly string[] {
    return [...this.simulation.stations.keys()]
  }
}

function attachedTo(simulation: Simulation, station: Station): Attached {
  return {
    name: station.name,
    get router() {
      return station.router?.state
    },
    get now() {
      return simulation.now
    },
    perform: order => station.perform(order),
  }
}
