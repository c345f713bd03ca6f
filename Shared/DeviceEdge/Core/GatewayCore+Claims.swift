import DeviceProtocol
import RelayDomain

// How devices get their sessions, and keep them when another router takes over the journal.

extension GatewayCore {
    /// A device has asked for a session.
    mutating func claim(for device: Device, by id: ConnectionID) {
        guard !isStopping else { return close(id, .goingAway) }
        let now = now
        connections[id]?.claim = .wanted(since: now)
        place(id)
    }

    /// Queues a claim for the router of its device's journal.
    private mutating func place(_ id: ConnectionID) {
        guard let device = connections[id]?.session.device else { return }
        switch home(of: device) {
        case .unknownYet: break  // It waits for the first link or tables.
        case .nowhere: claim(id, of: 0)  // Any router can answer which registration is missing.
        case .journal(let journal): claim(id, of: journal)
        }
    }

    private mutating func claim(_ id: ConnectionID, of journal: UInt8) {
        connections[id]?.journal = journal
        // Without a link nothing is sent: the next link claims for the devices that are waiting then.
        guard routes[journal]?.link != nil else { return }
        routes[journal]?.waiting.append(id)
        askClaims(of: journal)
    }

    private enum Home { case unknownYet, nowhere, journal(UInt8) }

    private func home(of device: Device) -> Home {
        guard let journals else { return .unknownYet }
        switch device {
        case .terminal(let terminal): return .journal(terminal.journal(outOf: journals))
        case .pos:
            guard let tables else { return .unknownYet }
            return tables.journal(of: device, outOf: journals).map(Home.journal) ?? .nowhere
        }
    }

    private mutating func placeUnplaced() {
        let unplaced = connections.filter { _, connection in
            if case .wanted = connection.claim { connection.journal == nil } else { false }
        }
        for id in unplaced.keys.sorted() { place(id) }
    }

    /// Sends the waiting claims to a journal's router, at most ``GatewayLimits/claimsMax`` at a time.
    private mutating func askClaims(of journal: UInt8) {
        while let route = routes[journal], let link = route.link, route.asked < limits.claimsMax,
            let id = routes[journal]?.waiting.popFirst()
        {
            guard let connection = connections[id], let device = connection.session.device else { continue }
            switch connection.claim {
            case .wanted(let since):
                connections[id]?.claim = .asked(since: since)
                sendRequest(
                    .claim(id, on: link), .claim(device, .unproven, nil, readiness: connection.readiness), on: link)
            case .held(let session, let before) where before != link:
                connections[id]?.claim = .heldAndAsked(session, on: before)
                sendRequest(
                    .claim(id, on: link),
                    .claim(device, .unproven, session.count, readiness: connection.readiness), on: link)
            case .notWanted, .asked, .held, .heldAndAsked: continue
            }
            routes[journal]?.asked += 1
        }
    }

    mutating func claimAnswered(_ id: ConnectionID, on link: RouterLink, _ end: RequestEnd) {
        routes[link.journal]?.asked -= 1
        defer { askClaims(of: link.journal) }
        switch (connections[id]?.claim, end) {
        case (.asked, .replied(.claimed(let session, let counter))),
            (.heldAndAsked, .replied(.claimed(let session, let counter))):
            grant(session, counter, to: id, on: link)
        case (.asked, .replied(.claimRefused(_, let refused))):
            refuseClaim(of: id, refused, .sessionRefused)
        case (.heldAndAsked, .replied(.claimRefused(_, let refused))):
            put(.note(.sessionRefused))
            close(id, refused.refusal == .notYours ? .replaced : .refused)  // `notYours`: a newer session exists.
        case (.asked(let since), .linkLost):
            connections[id]?.claim = .wanted(since: since)
            requeue(id, after: link)
        case (.heldAndAsked(let session, let before), .linkLost):
            connections[id]?.claim = .held(session, on: before)
            requeue(id, after: link)
        case (.asked, .full): refuseClaim(of: id, Refused(.overloaded), .sessionWithoutRouter)
        case (.asked, .replied), (.asked, .noReply), (.asked, .unreadable):
            // The router may have granted the session. The device claims again, and the newer session counts.
            refuseClaim(of: id, Refused(.relayLost), .sessionWithoutRouter)
        case (.heldAndAsked, _):
            // It is uncertain whether the router has this session, so the device has to reconnect for a new one.
            close(id, .goingAway)
        case (nil, .replied(.claimed(let session, _))):
            // The device disconnected while its claim was on its way.
            if routes[link.journal]?.link == link { put(.tell(.sessionEnded(session), on: link)) }
        case (nil, _), (.notWanted, _), (.wanted, _), (.held, _): break
        }
    }

    /// The link on which a claim was sent is gone; if the next one is already open, its opening did not include this
    /// claim.
    private mutating func requeue(_ id: ConnectionID, after link: RouterLink) {
        guard let next = routes[link.journal]?.link, next != link else { return }
        routes[link.journal]?.waiting.append(id)
    }

    private mutating func grant(
        _ session: DeviceSession, _ counter: CounterFacts, to id: ConnectionID, on link: RouterLink
    ) {
        guard let connection = connections[id], connection.session.device == session.device else {
            put(.note(.orderOutOfTurn))
            return close(id, .goingAway)
        }
        let isNew = connection.granted == nil
        connections[id]?.claim = .held(session, on: link)
        if let other = holders[session.device], other != id, let held = connections[other]?.granted {
            // Grants of two connections may cross: the higher connection count is the newer session.
            guard held.count < session.count else { return close(id, .replaced) }
            holders[session.device] = id
            close(other, .replaced)
        }
        holders[session.device] = id
        put(.note(isNew ? .sessionGranted : .sessionReclaimed))
        let time = routerTime(of: link.journal)
        guard isNew else { return }
        let tag = "\(publicURL)/t/\(counter.terminal)"
        let results = connections[id]?.session.welcome(session.count, now: time, counter: counter, tag: tag)
        carryOut(results ?? [], of: id)
    }

    mutating func refuseClaim(of id: ConnectionID, _ refused: Refused, _ note: GatewayNote) {
        put(.note(note))
        carryOut(connections[id]?.session.refuse(refused) ?? [], of: id)
    }

    // MARK: - Links and tables

    mutating func linkOpened(_ link: RouterLink, journals: Int, ahead: Duration) {
        self.journals = journals
        // The new router knows none of this gateway's sessions, so all of the journal are claimed again.
        let again = connections.filter { $0.value.journal == link.journal }.keys.sorted()
        routes[link.journal, default: JournalRoute()].link = link
        routes[link.journal]?.waiting = again[...]
        routerTime(link, ahead: ahead)
        askClaims(of: link.journal)
        placeUnplaced()
    }

    /// How far the time of a journal's router is ahead. If it differs by ``GatewayLimits/timeDrift`` from what devices
    /// were told, they are told again: another router with its own clock may have taken over.
    mutating func routerTime(_ link: RouterLink, ahead: Duration) {
        guard let route = routes[link.journal], route.link == link else { return }
        routes[link.journal]?.ahead = ahead
        guard abs((ahead - route.aheadTold).milliseconds) >= limits.timeDrift.milliseconds else { return }
        routes[link.journal]?.aheadTold = ahead
        let time = routerTime(of: link.journal)
        for id in connections.filter({ $0.value.journal == link.journal }).keys.sorted() {
            tell(.time(time), to: id, .timeTold)
        }
    }

    mutating func linkLost(_ link: RouterLink) {
        guard routes[link.journal]?.link == link else { return }
        routes[link.journal]?.link = nil
    }

    /// Replaces the tables. A POS that is paired with another terminal now may belong to another journal, so it has to
    /// reconnect. One that is no longer paired loses its session.
    mutating func tablesReceived(_ tables: GatewayTables) {
        self.tables = tables
        placeUnplaced()
        guard let journals else { return }
        for (device, id) in holders.sorted(by: { $0.value < $1.value }) {
            guard case .pos = device else { continue }
            let home = tables.journal(of: device, outOf: journals)
            if home != connections[id]?.journal { close(id, home == nil ? .unregistered : .goingAway) }
        }
    }
}
