/** Tunnelled traffic by its inner addresses, and the links each pair of them was seen on. */
import type { BindingTimeline } from '../bindings/binding-timeline.ts'
import { type DataSeen, type Ip, isMulticast } from '../observation.ts'
import { PairMap } from '../rules/pair-map.ts'

/** Pairs of inner addresses followed. */
const most = 4096
/** Links that one of them is followed over. */
const mostLegs = 16
/** Nanoseconds a station may use the old way after it was told of another. */
const transition = 2e9

/** Packets of one pair of inner addresses on one link. */
export interface Leg {
  readonly source: Ip
  /** Undefined where the capture is of a tunnel device, which does not tell. */
  readonly destination: Ip | undefined
  readonly frame: number
  readonly time: number
  packets: number
  /** The last packet that should have gone another way by what its sender had been told. */
  stray: number | undefined
}

export interface Flow {
  readonly from: Ip
  readonly to: Ip
  /** In the order of their first packets. */
  readonly legs: Leg[]
}

/** Follows data packets. */
export class TrafficFlows {
  private readonly flows = new PairMap<Flow>(most)
  private readonly inOrder: Flow[] = []
  private readonly bindings: BindingTimeline

  /** The caches tell whether a packet goes the way its sender was told of. */
  constructor(bindings: BindingTimeline) {
    this.bindings = bindings
  }

  /** In the order of their first packets. */
  get all(): Iterable<Flow> {
    return this.inOrder
  }

  /** What goes the other way between the same addresses. */
  back({ from, to }: Flow): Flow | undefined {
    return this.flows.get(to, from)
  }

  take(seen: DataSeen): void {
    const { innerSource, innerDestination, source, destination, time, frame } = seen
    if (source === undefined || isMulticast(innerDestination)) return
    let flow = this.flows.get(innerSource, innerDestination)
    if (flow === undefined) {
      if (this.flows.size >= most) return
      flow = { from: innerSource, to: innerDestination, legs: [] }
      this.flows.set(innerSource, innerDestination, flow)
      this.inOrder.push(flow)
    }
    let leg = flow.legs.find(each => each.source === source && each.destination === destination)
    if (leg === undefined) {
      if (flow.legs.length >= mostLegs) return
      leg = { source, destination, frame, time, packets: 0, stray: undefined }
      flow.legs.push(leg)
    }
    leg.packets++
    const way = this.bindings.covering(source, innerDestination, time)
    const isSettled = way?.origin === 'resolved' && way.created + transition < time
    if (isSettled && destination !== undefined && way.nbma !== destination) leg.stray = time
  }
}
