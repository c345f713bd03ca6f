import Ingress
import RelayDomain

import enum Ingress.PhoneQuery

/// The ingress.
final class SimIngress: SimProcess {
    private var core = IngressCore()
    private var asksMade: UInt64 = 0
    private var askers: [IngressCore.QueryID: (PhoneAnswer) -> Void] = [:]
    private(set) lazy var links = RouterLinks(of: self, at: .requests, as: .ingress)
    private lazy var alarm = SimAlarm(self) { [unowned self] in step([]) }

    override func begin() {
        links.opened = { [unowned self] link in
            step([.opened(journal: link.welcome.journal, journals: Int(link.welcome.journals))])
        }
        links.lost = { [unowned self] link in
            if links.link(to: link.welcome.journal) == nil { step([.lost(journal: link.welcome.journal)]) }
        }
        links.begin()
    }

    override func forget() {
        (core, askers) = (IngressCore(), [:])
        links.forget()
    }

    /// A phone sends a query.
    func request(_ query: PhoneQuery, wait: Duration, answer: @escaping (PhoneAnswer) -> Void) {
        asksMade += 1
        let id = IngressCore.QueryID(number: asksMade)
        askers[id] = answer
        step([.phoneRequested(id, query, wait: wait)])
    }

    private func step(_ inputs: [IngressCore.Input]) {
        for output in core.step(inputs, now: world.steady(reading)) {
            switch output {
            case .request(let id, let attempt, let journal, let query, let wait, let limit):
                guard let link = links.link(to: journal) else {
                    after(.zero) { [self] in step([.ended(id, attempt: attempt, .unreachable)]) }
                    continue
                }
                let request = query.request(now: links.routerTime(link), wait: wait)
                links.request({ .request(request, from: $0, $1) }, on: link, within: limit) { [self] end in
                    step([.ended(id, attempt: attempt, IngressCore.Ending(end))])
                }
            case .answer(let id, let answer): askers.removeValue(forKey: id)?(answer)
            }
        }
        alarm.set(core.nextDue.map { clock.moment(of: world.reading($0)) })
    }
}

extension IngressCore.Ending {
    fileprivate init(_ end: RouterLinks.RequestEnd) {
        switch end {
        case .answered(.reply(let reply, _)): self = .reply(reply)
        case .answered: self = .unread
        case .linkLost: self = .linkLost
        case .noReply: self = .noReply
        }
    }
}
