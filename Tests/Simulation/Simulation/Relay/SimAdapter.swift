import DestinationKit
import RelayDomain
import Router
import Sandbox

/// An adapter between the routers and the destination, as `DestinationWorker` runs one.
final class SimAdapter: SimProcess {
    private static let answerTimeout = Duration.seconds(55)
    private static let followUpTimeout = Duration.seconds(8)
    /// How many answers without a decision a chattering adapter sends: more than the routers' narrow bound.
    private static let chatter: UInt8 = 60

    private var core: AdapterCore
    private let manifest: DestinationManifest
    private var reachable: [RouterLinks.Link] = []
    private(set) lazy var links = RouterLinks(of: self, at: .destinations, as: .destinationAdapter)
    /// What it has heard since it hangs, and when; nil while it does not.
    private var unheard: [(output: RouterOutput, link: RouterLinks.Link, at: Moment)]?
    private lazy var alarm = SimAlarm(self) { [unowned self] in step([]) }

    override init(_ name: String, in world: SimWorld) {
        manifest = world.shop.manifest
        core = AdapterCore(manifest, concurrent: manifest.concurrent)
        super.init(name, in: world)
    }

    override func begin() {
        links.opened = { [unowned self] link in
            reachable.append(link)
            links.send({ .adapter(.ready(manifest), from: $0, $1) }, on: link, surely: true)
            step([.opened(journal: link.welcome.journal)])
        }
        links.lost = { [unowned self] link in
            reachable.removeAll { $0.wire === link.wire }
            if links.link(to: link.welcome.journal) == nil { step([.lost(journal: link.welcome.journal)]) }
        }
        links.heard = { [unowned self] output, link in
            if unheard == nil { routerSent(output, link) } else { miss(output, link) }
        }
        links.begin()
    }

    override func forget() {
        core = AdapterCore(manifest, concurrent: manifest.concurrent)
        reachable = []
        unheard = nil
        links.forget()
    }

    /// Does not answer for a while, although its links beat.
    func hang(for span: Duration) {
        guard isUp, unheard == nil else { return }
        tell("hangs for \(span)")
        unheard = []
        after(span) { [self] in
            let missed = unheard ?? []
            unheard = nil
            tell("goes on")
            for (output, link, at) in missed {
                if case .authorize = output, world.now - at >= TransactionStateMachine.Limits.destination {
                    world.tally.count("authorization unanswered by a hung adapter")
                }
                routerSent(output, link)
            }
        }
    }

    private func miss(_ output: RouterOutput, _ link: RouterLinks.Link) {
        unheard?.append((output, link, world.now))
        if case .orderAdapter(.inquire, _) = output { world.tally.count("inquiry unanswered by a hung adapter") }
    }

    private func routerSent(_ output: RouterOutput, _ link: RouterLinks.Link) {
        let routerNow = links.routerTime(link)
        switch output {
        case .authorize(let request, _), .orderAdapter(.authorize(let request), _):
            step([.ordered(request, routerNow: routerNow, at: world.steady(reading))])
        case .orderAdapter(.inquire(let followUp), _):
            step([.sent(FollowUpTask(followUp: followUp, what: .inquiry, isRepeat: false), routerNow: routerNow)])
        case .orderAdapter(.reverse(let followUp, let isRepeat), _):
            step([.sent(FollowUpTask(followUp: followUp, what: .reversal, isRepeat: isRepeat), routerNow: routerNow)])
        case .orderAdapter(.askHealth, _): step([.healthAsked])
        case .orderAdapter(.notRegistered, _), .orderAdapter(.remembered, _): break
        case .reply, .order, .writeRegistry, .tellPast, .answered, .count, .notPermitted: break
        }
    }

    private func step(_ inputs: [AdapterCore.Input]) {
        for output in core.step(inputs, now: world.steady(reading)) {
            switch output {
            case .authorize(let request, let deadline):
                after(.microseconds(Int64.random(in: 10...500, using: &world.random))) { [self] in
                    guard world.steady(reading) < deadline else {
                        return step([.answered(request.transaction, .notSent, nil)])
                    }
                    authorize(request)
                }
            case .carryOut(let task): carryOut(task)
            case .askHealth: askHealth()
            case .tellHealth(let isGood):
                for link in reachable { links.send({ .adapter(.health(isGood: isGood), from: $0, $1) }, on: link) }
            case .giveUp: break  // The limits below are shorter, as those of a well-made destination are.
            case .send(let answer, let journal):
                if let link = links.link(to: journal) {
                    chatter(about: answer.transaction, on: link)
                    links.send({ .adapter(.answer(answer), from: $0, $1) }, on: link)
                } else if case .authorization = answer.word {
                    after(.zero) { [self] in step([.unsent(answer.transaction)]) }
                }
            case .misdirected(let transaction, _): tell("\(transaction.short) is not for it")
            case .senseless(let transaction, _, let amount): tell("\(transaction.short) cannot be about \(amount)")
            }
        }
        alarm.set(core.nextDue.map { clock.moment(of: world.reading($0)) })
    }

    /// Answers `unknown` again and again, each time with another adapter state.
    private func chatter(about transaction: TransactionID, on link: RouterLinks.Link) {
        guard world.isNarrow, world.weather.isStormy, world.chance(0.1) else { return }
        tell("chatters about \(transaction.short)")
        for number in 0..<Self.chatter {
            let answer = AdapterAnswer(
                transaction, .inquiry(.unknown), adapterState: AdapterState([number]), hopStamps: [])
            links.send({ .adapter(.answer(answer), from: $0, $1) }, on: link)
        }
    }

    // MARK: - The destination

    private func authorize(_ request: AuthorizationRequest) {
        guard let order = world.shop.order(for: request) else {
            return step([.answered(request.transaction, .notSent, nil)])
        }
        world.properties.asking(
            request, at: world.relayTime.earliest(in: request.transaction.journal, at: world.now))
        let destination: SimDestination = world.destination
        world.network.request(destination, from: self, limit: Self.answerTimeout, mayRepeat: true) { respond in
            destination.authorize(order, respond)
        } answered: { [self] (answer: Result<DestinationAnswer, SimNetwork.AskFailure>) in
            let word: DestinationAnswer =
                switch answer {
                case .success(let said): said
                case .failure(.refused): .notSent
                case .failure(.silent): .unknown
                }
            tell("hears \(word) of \(request.transaction.short)")
            step([.answered(request.transaction, word, nil)])
            if word == .pendingCustomer { takeBack(request.transaction) }
        }
    }

    /// A connector with a fault: its customer is being asked, and it says that nothing was sent.
    private func takeBack(_ transaction: TransactionID) {
        guard world.weather.isStormy, world.chance(0.2) else { return }
        after(.milliseconds(Int64.random(in: 1...5000, using: &world.random))) { [self] in
            tell("takes back \(transaction.short)")
            world.tally.count("authorization taken back while its customer is asked")
            let answer = AdapterAnswer(transaction, .authorization(.notSent), adapterState: nil, hopStamps: [])
            if let link = links.link(to: transaction.journal) {
                links.send({ .adapter(.answer(answer), from: $0, $1) }, on: link)
            }
        }
    }

    private func carryOut(_ task: FollowUpTask) {
        let destination: SimDestination = world.destination
        world.network.request(destination, from: self, limit: Self.followUpTimeout, mayRepeat: true) { respond in
            destination.carryOut(task, respond)
        } answered: { [self] (answer: Result<FollowUpTask.Answer, SimNetwork.AskFailure>) in
            let word = (try? answer.get()) ?? task.silence
            tell("hears \(word) of \(task.followUp.transaction.short)")
            step([.returned(task, word, nil)])
        }
    }

    private func askHealth() {
        world.network.request(world.destination, from: self, limit: Self.followUpTimeout) { respond in
            respond(true)
        } answered: { [self] (answer: Result<Bool, SimNetwork.AskFailure>) in
            step([.healthTold(isGood: (try? answer.get()) ?? false)])
        }
    }
}
