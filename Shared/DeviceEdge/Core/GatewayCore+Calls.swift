import DeviceProtocol
import RelayDomain

// The way of devices' calls to the router and back.

extension GatewayCore {
    /// Sends a call to the router of the device's journal.
    mutating func forward(_ content: DeviceCall, as call: CallID, from id: ConnectionID) {
        if case .state(let isReady, let reason) = content {
            connections[id]?.readiness = DeviceReadiness(isReady: isReady, reason: reason)
        }
        guard !isStopping, let session = connections[id]?.granted, let link = currentLink(of: id) else {
            return answer(call, of: id, .refused(Refused(.relayLost)), .callRelayLost)
        }
        guard callsOpen < limits.callsMax else {
            return answer(call, of: id, .refused(Refused(.overloaded)), .callOverloaded)
        }
        connections[id]?.openCalls += 1
        callsOpen += 1
        put(.note(.callForwarded))
        let stamp = routerTime(of: link.journal)
        sendRequest(.call(id, call), .call(session, content, gatewayAt: stamp), on: link)
    }

    /// Seals a scanned code, and sends it to the router. The plain text goes no further than this function.
    mutating func forward(_ scan: Scan, as call: CallID, from id: ConnectionID) {
        guard let tables, case .terminal(let terminal) = connections[id]?.session.device else {
            return answer(call, of: id, .refused(Refused(.relayLost)), .callRelayLost)
        }
        // Only here is the text readable, so the scan rule is chosen here and not by the router.
        guard let rule = tables.rule(for: scan.symbology, scan.text.exposed) else {
            return answer(call, of: id, .refused(Refused(.noScanRule)), .scanWithoutRule)
        }
        guard scan.amount.map({ rule.operation.counts($0.unit) }) ?? true else {
            return answer(call, of: id, .refused(Refused(.malformed, field: "amount")), .callUnreadable)
        }
        guard let code = sealer?.seal(scan, at: terminal, by: rule) else {
            return answer(call, of: id, .refused(Refused(.malformed)), .callUnreadable)
        }
        forward(.scan(code, at: scan.at), as: call, from: id)
    }

    mutating func callAnswered(_ id: ConnectionID, _ call: CallID, _ end: RequestEnd) {
        callsOpen -= 1
        guard connections[id] != nil else { return }
        connections[id]?.openCalls -= 1
        switch end {
        case .replied(.reply(let reply)): answer(call, of: id, reply, .callAnswered)
        case .replied: answer(call, of: id, .refused(Refused(.relayLost)), .orderOutOfTurn)
        case .linkLost, .noReply: answer(call, of: id, .refused(Refused(.relayLost)), .callRelayLost)
        case .full: answer(call, of: id, .refused(Refused(.overloaded)), .callOverloaded)
        case .unreadable: answer(call, of: id, .refused(Refused(.malformed)), .callUnreadable)
        }
        if isStopping, connections[id]?.openCalls == 0 { close(id, .goingAway) }
    }

    private mutating func answer(_ call: CallID, of id: ConnectionID, _ reply: DeviceReply, _ note: GatewayNote) {
        put(.note(note))
        var results = connections[id]?.session.answer(call, with: reply) ?? []
        if results.isEmpty {
            // The reply does not fit this action. It is answered all the same, because the call must not stay open.
            put(.note(.orderOutOfTurn))
            results = connections[id]?.session.answer(call, with: .refused(Refused(.relayLost))) ?? []
        }
        carryOut(results, of: id)
    }

    /// The link on which a connection's session was granted, if it is still open.
    private func currentLink(of id: ConnectionID) -> RouterLink? {
        guard case .held(_, let link) = connections[id]?.claim, routes[link.journal]?.link == link else { return nil }
        return link
    }
}
