import DeviceProtocol
import RelayDomain

// Messages from routers that answer nothing.

extension GatewayCore {
    mutating func carryOut(_ order: GatewayOrder, on link: RouterLink) {
        switch order {
        case .tables(let tables): tablesReceived(tables)
        case .command(let session, let command):
            guard let id = holder(of: session, on: link) else { return }
            // Nothing is done late: the limit is checked where a command is sent and where it arrives.
            guard command.mayStart(at: routerTime(of: link.journal)) else { return put(.note(.commandExpired)) }
            tell(.command(command), to: id, .commandDelivered)
        case .cancel(let session, let command):
            guard let id = holder(of: session, on: link) else { return }
            tell(.cancel(command), to: id, .cancelDelivered)
        case .outcome(let session, let command, let scan, let status):
            guard let id = holder(of: session, on: link) else { return }
            tell(.outcome(command, scan: scan, status), to: id, .outcomeDelivered)
        case .passing(let session, let passing):
            guard let id = holder(of: session, on: link) else { return }
            tell(.passing(passing), to: id, .passingDelivered)
        case .sessionReplaced(let session): end(session, .replaced)
        case .sessionUnregistered(let session): end(session, .unregistered)
        case .claimed(let session, _):
            // A late answer: the claim was given up.
            put(.note(.orderOutOfTurn))
            if !holds(session) { put(.tell(.sessionEnded(session), on: link)) }
        case .claimRefused, .reply: put(.note(.orderOutOfTurn))
        }
    }

    /// Closes a session that the router has ended.
    private mutating func end(_ session: DeviceSession, _ reason: CloseReason) {
        guard let id = holders[session.device], connections[id]?.granted == session else {
            return put(.note(.orderStale))
        }
        holders[session.device] = nil
        close(id, reason)
    }

    /// The connection that holds exactly this session. If there is none, the router's state is outdated and it is told
    /// so.
    private mutating func holder(of session: DeviceSession, on link: RouterLink) -> ConnectionID? {
        if let id = holders[session.device], case .held(session, on: link) = connections[id]?.claim { return id }
        put(.note(.orderStale))
        if !holds(session) { put(.tell(.sessionEnded(session), on: link)) }
        return nil
    }

    private func holds(_ session: DeviceSession) -> Bool {
        holders[session.device].flatMap { connections[$0]?.granted } == session
    }

    mutating func tell(_ event: DeviceEvent, to id: ConnectionID, _ note: GatewayNote) {
        let now = now
        let results = connections[id]?.session.tell(event, now: now) ?? []
        if !results.isEmpty { put(.note(note)) }
        carryOut(results, of: id)
    }
}
