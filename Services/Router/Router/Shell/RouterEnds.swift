import BusSettings
import Logging
import RelayDomain
import RelayMessages
import RelayTransport
import ServiceRuntime

/// The router's four bound ends. Lives on the router's reactor.
final class RouterEnds {
    private let requests: LinkServer<RouterRequest, RouterReply>
    private let devices: LinkServer<GatewayMessage, GatewayOrder>
    private let destinations: LinkServer<AdapterMessage, AdapterOrder>
    private let events: Publisher<TransactionStatus>
    private let logger = Logger(label: "router")
    /// By peer; nil: all peers without a hello.
    private var logThrottle = LogThrottle<Peer?>()
    /// About callers who say what is not theirs.
    private var permissionThrottle = LogThrottle<PeerRole>()

    /// Binds all four. What comes in is given to `receive`, on the reactor.
    /// - Throws: `TransportError`.
    init(
        name: String, _ bus: BusConfiguration, on reactor: Reactor, _ recovered: Recovered, time: RelayTimeSource,
        receive: @escaping (RouterInput, PeerNumber) -> Void
    ) throws(TransportError) {
        let welcome = { (_: Peer, _: Caller) in
            RouterWelcome(
                journal: recovered.journal, journals: UInt8(recovered.journals), term: recovered.term, time: time.now,
                name: name)
        }
        let now = { time.now }
        requests = try LinkServer(.requests, name: name, bus, on: reactor, routerTime: now, welcome: welcome)
        devices = try LinkServer(.devices, name: name, bus, on: reactor, routerTime: now, welcome: welcome)
        destinations = try LinkServer(.destinations, name: name, bus, on: reactor, routerTime: now, welcome: welcome)
        events = try Publisher(name: name, bus, on: reactor)

        func address(_ peer: Peer, _ header: MessageHeader) -> ReturnAddress {
            ReturnAddress(PeerNumber(peer), correlation: header.correlation)
        }
        requests.received = { peer, caller, request, header in
            receive(.request(request, from: caller, address(peer, header)), PeerNumber(peer))
        }
        requests.lost = { [unowned self] peer, _ in
            logThrottle.forget(peer)
            receive(.requesterLost(PeerNumber(peer)), PeerNumber(peer))
        }
        devices.opened = { peer, caller in
            receive(.gatewayOpened(PeerNumber(peer), caller), PeerNumber(peer))
        }
        devices.received = { peer, caller, message, header in
            receive(.gateway(message, from: caller, address(peer, header)), PeerNumber(peer))
        }
        devices.lost = { [unowned self] peer, _ in
            logThrottle.forget(peer)
            receive(.gatewayLost(PeerNumber(peer)), PeerNumber(peer))
        }
        destinations.opened = { peer, caller in
            receive(.adapterOpened(PeerNumber(peer), caller), PeerNumber(peer))
        }
        destinations.received = { peer, caller, message, _ in
            receive(.adapter(message, from: caller, PeerNumber(peer)), PeerNumber(peer))
        }
        destinations.lost = { [unowned self] peer, _ in
            logThrottle.forget(peer)
            receive(.adapterLost(PeerNumber(peer)), PeerNumber(peer))
        }
        requests.unread = { [unowned self] in complain($0, $1, $2) }
        devices.unread = { [unowned self] in complain($0, $1, $2) }
        destinations.unread = { [unowned self] in complain($0, $1, $2) }
    }

    /// Where others connect, by endpoint.
    var addresses: [String: String] {
        [
            BusEndpoint.requests.rawValue: requests.boundAddress, BusEndpoint.devices.rawValue: devices.boundAddress,
            BusEndpoint.destinations.rawValue: destinations.boundAddress,
            BusEndpoint.events.rawValue: events.boundAddress,
        ]
    }

    func reply(_ reply: RouterReply, to address: ReturnAddress) {
        // A reply that cannot be sent is requested again, under the same key.
        _ = requests.send(reply, MessageHeader(correlation: address.correlation), to: address.peer.peer)
    }

    func order(_ order: GatewayOrder, to address: ReturnAddress) {
        // A command or outcome that cannot be sent is repeated when its device is back, or requested by `resume`.
        _ = devices.send(order, MessageHeader(correlation: address.correlation), to: address.peer.peer)
    }

    /// Answers a refused input, and disconnects a peer that sends too many inputs without answers.
    /// - Returns: what the core has to be told then.
    func refuse(_ input: RouterInput, _ refused: Refused) -> RouterInput? {
        switch input {
        case .request(_, _, let address): reply(.refused(refused), to: address)
        case .gateway(.call, _, let address): order(.reply(.refused(refused)), to: address)
        case .gateway(.claim(let device, _, _, _), _, let address): order(.claimRefused(device, refused), to: address)
        case .gateway(_, _, let address):
            devices.dismiss(address.peer.peer)
            logThrottle.forget(address.peer.peer)
            return .gatewayLost(address.peer)
        case .adapter(_, _, let peer):
            destinations.dismiss(peer.peer)
            logThrottle.forget(peer.peer)
            return .adapterLost(peer)
        case .recovered, .registryChanged, .registryWritten, .registryNotWritten, .requesterLost, .gatewayOpened,
            .gatewayLost, .adapterOpened, .adapterLost, .authorizationNotTaken, .timePassed:
            break  // Never refused.
        }
        return nil
    }

    /// Reads nothing more until ``resume()``.
    func pause() {
        requests.isPaused = true
        devices.isPaused = true
        destinations.isPaused = true
    }

    func resume() {
        requests.isPaused = false
        devices.isPaused = false
        destinations.isPaused = false
    }

    /// - Returns: whether the socket accepted the request.
    func authorize(_ request: AuthorizationRequest, to peer: PeerNumber) -> Bool {
        destinations.send(.authorize(request), MessageHeader(deadline: request.notAfter), to: peer.peer) == .sent
    }

    func orderAdapter(_ order: AdapterOrder, of peer: PeerNumber) {
        if case .notRegistered(let destination) = order,
            let leftOut = logThrottle.admit(about: peer.peer, now: .now)
        {
            logger.warning(
                "an adapter serves a destination that the shop has not registered; it is asked nothing",
                metadata: [
                    "destination": "\(destination)", "peer": "\(destinations.peers[peer.peer]?.name ?? "")",
                    "leftOut": "\(leftOut)",
                ])
        }
        // A follow-up that cannot be sent is repeated by the state machine's clock.
        _ = destinations.send(order, MessageHeader(), to: peer.peer)
    }

    /// Logs unreadable messages: at most one line a second for each peer.
    private func complain(_ peer: Peer, _ caller: Caller?, _ unread: Unread) {
        guard let leftOut = logThrottle.admit(about: caller == nil ? nil : peer, now: .now) else { return }
        logger.misread(unread, peer: caller?.description ?? "has not said hello", leftOut: leftOut)
    }

    /// Says who wanted what is not its role's: at most one line a second for each role.
    func notPermitted(_ caller: Caller) {
        guard let leftOut = permissionThrottle.admit(about: caller.role, now: .now) else { return }
        logger.warning(
            "a peer said what its role does not permit; it was refused",
            metadata: ["peer": "\(caller)", "leftOut": "\(leftOut)"])
    }

    /// A hint for those who follow the transaction.
    func publish(_ transaction: Transaction) { events.publish(transaction.status, topic: transaction.id.text) }

    /// Says goodbye to all peers, so that they look for the journal's next router at once.
    func close() {
        requests.close()
        devices.close()
        destinations.close()
        events.close()
    }
}

extension PeerNumber {
    fileprivate init(_ peer: Peer) { self.init(peer.number) }

    fileprivate var peer: Peer { Peer(number: value) }
}
