import HTTPEdge
import NIOCore
import NIOHTTP1

/// One phone's connection, at the end of its channel's pipeline: requests in, responses out, one after the other.
///
/// The handlers before it hold back a request, and read once more at most, until the previous answer has ended. The end
/// of an answer waits until the phone has read the rest, so that little waits in memory for a phone that does not read.
/// Pipelined requests are answered at a limited rate, so that other phones do not wait. Used only on its event loop.
final class PhoneConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// A connection without a request is closed after this time.
    static let idleMax = TimeAmount.seconds(75)
    /// A connection whose first head, or whose body, takes longer to arrive is closed: it would occupy a place of
    /// others.
    static let arrivalMax = TimeAmount.seconds(10)
    /// How long a phone that sends too much may still read why.
    static let partingMax = TimeAmount.seconds(1)

    private enum State {
        case idle
        case reading(PhoneRequest)
        /// It is complete, and waits for its turn: the phone sends requests above its rate.
        case held(PhoneRequest)
        case answering
        case streaming(EventStream)
        /// The answer is written but for its end, which waits until the phone has read what came before.
        case answered
        /// All is written; further bytes are ignored until the phone has read the refusal.
        case parting
        /// The last answer is on its way, or the phone has disconnected.
        case closing
    }

    private let api: PhoneAPI
    private let connections: PhoneConnections
    private let network: PeerNetwork
    private let number: ConnectionBook.Number
    private var context: ChannelHandlerContext?
    private var state = State.idle
    private var version = HTTPVersion.http1_1
    private var isKeptAlive = true
    private var isProceeding = false
    /// Whether a request has begun since bytes were read last: a second one was pipelined.
    private var hasBegun = false
    private var isPipelined = false
    private var hasty: RateBudget
    /// When the connection is closed, if nothing happens; nil while an answer is awaited.
    private(set) var closesAt: NIODeadline? = .now() + PhoneConnection.arrivalMax

    init(
        _ api: PhoneAPI, _ number: ConnectionBook.Number, among connections: PhoneConnections, from network: PeerNetwork
    ) {
        (self.api, self.number, self.connections, self.network) = (api, number, connections, network)
        hasty = RateBudget(connections.limits.hasty)
    }

    func handlerAdded(context: ChannelHandlerContext) { self.context = context }

    func channelInactive(context: ChannelHandlerContext) {
        if case .streaming(let stream) = state { stream.end() }
        state = .closing
        self.context = nil
    }

    // MARK: - From the phone

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        switch (unwrapInboundIn(data), state) {
        case (.head(let head), .idle): begin(head)
        case (.body(let part), .reading(var request)):
            state = .idle  // Leaves one reference to the bytes: appending copies nothing.
            let isTaken = request.append(part)
            state = .reading(request)
            if !isTaken { refuseBody(of: request) }
        case (.end, .reading(let request)): arrived(request)
        case (.head, _), (.body, _), (.end, _): break
        }
    }

    func channelReadComplete(context: ChannelHandlerContext) {
        hasBegun = false
        context.fireChannelReadComplete()
    }

    private func begin(_ head: HTTPRequestHead) {
        version = head.version
        // After a request for another protocol the parser passes bytes on unparsed.
        isKeptAlive = head.isKeepAlive && head.version == .http1_1 && !head.asksForAnotherProtocol
        isPipelined = isProceeding || hasBegun
        hasBegun = true
        let request = api.begin(head)
        closesAt = request.begin + Self.arrivalMax
        state = .reading(request)
        if let fault = head.hostFault {
            refuse(request, Refusing(.malformed, fault))
        } else if request.waitsToBeInvited {
            invite(request)
        }
    }

    /// The request is complete. If it was pipelined, or names an unknown path, it may have to wait.
    private func arrived(_ request: PhoneRequest) {
        if request.route.isKnown { connections.becameKnown(number) }
        guard isPipelined || !request.route.isKnown, let context else { return answer(request) }
        let now = NIODeadline.now()
        hasty.spend(at: now)
        guard let wait = hasty.wait(at: now) else { return answer(request) }
        state = .held(request)
        closesAt = nil
        context.eventLoop.assumeIsolated().scheduleTask(in: wait) { [weak self] in
            guard let self, case .held(let request) = self.state else { return }
            self.answer(request)
        }
    }

    /// Sends `100 Continue` to a phone that waits for it (RFC 9110, section 10.1.1), unless the body is too long.
    private func invite(_ request: PhoneRequest) {
        guard request.bytesAnnounced <= SubmissionBody.bytesMax else { return refuseBody(of: request) }
        let head = HTTPResponseHead(version: version, status: .continue)
        context?.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Only a complete request takes a permit, so that incomplete requests keep no other phone out.
    private func answer(_ request: PhoneRequest) {
        state = .answering
        closesAt = nil
        connections.isBusy(number)
        let (isHead, begin) = (request.isHead, request.begin)
        guard let permit = api.permit(for: request, from: network) else {
            return respond(PhoneResponse(Problem(.overloaded)), isHead: isHead, since: begin)
        }
        api.answer(request, in: permit) { response in
            // The permit is held until the router has answered, even if the phone has disconnected.
            withExtendedLifetime(permit) { self.respond(response, isHead: isHead, since: begin) }
        }
    }

    private func refuseBody(of request: PhoneRequest) {
        refuse(request, Refusing(.tooLarge, "The body exceeds \(SubmissionBody.bytesMax) bytes. Send a smaller one."))
    }

    /// Refuses a request that is still arriving. It is the connection's last.
    private func refuse(_ request: PhoneRequest, _ refusing: Refusing) {
        isKeptAlive = false
        respond(PhoneResponse(Problem(refusing)), isHead: request.isHead, since: request.begin)
    }

    func userInboundEventTriggered(context: ChannelHandlerContext, event: Any) {
        if case ChannelEvent.inputClosed? = event as? ChannelEvent {
            isKeptAlive = false  // No further request of this phone is read.
            switch state {
            case .idle, .reading, .streaming, .parting: context.close(promise: nil)
            case .answered: finish()
            case .held, .answering, .closing: break
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// A request that the parser refuses is answered, unless an answer has begun.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch (error as? HTTPParserError, state) {
        case (let error?, .idle), (let error?, .reading):
            isKeptAlive = false
            let refusing =
                error == .headerOverflow
                ? Refusing(.tooLarge, "The head exceeds \(RequestHeadLimits.bytesMax) bytes. Send a smaller one.")
                : Refusing(.malformed, "The request is not valid HTTP/1.1 (RFC 9112).")
            respond(PhoneResponse(Problem(refusing)), isHead: false, since: .now())
        case (_, .parting): break  // Bytes after the refusal need not be HTTP.
        case (_?, _), (nil, _): context.close(promise: nil)
        }
    }

    func channelWritabilityChanged(context: ChannelHandlerContext) {
        if case .answered = state, context.channel.isWritable {
            closesAt = .now() + Self.idleMax
            proceed()
        }
        context.fireChannelWritabilityChanged()
    }

    // MARK: - To the phone

    private func respond(_ response: PhoneResponse, isHead: Bool, since begin: NIODeadline) {
        connections.metrics.answered(Int(response.status.code), after: .now() - begin)
        guard let context else { return }
        if connections.isEnding { isKeptAlive = false }
        var headers = response.headers
        headers.add(name: "Date", value: connections.date)
        if !isKeptAlive { headers.add(name: "Connection", value: "close") }
        if case .bytes(let bytes) = response.body, response.status != .noContent {
            headers.add(name: "Content-Length", value: String(bytes.count))
        }
        let head = HTTPResponseHead(version: version, status: response.status, headers: headers)
        context.write(wrapOutboundOut(.head(head)), promise: nil)
        switch response.body {
        case .bytes(let bytes):
            if !isHead, !bytes.isEmpty {
                let buffer = context.channel.allocator.buffer(bytes: bytes)
                context.write(wrapOutboundOut(.body(.byteBuffer(buffer))), promise: nil)
            }
            finish()
        case .events(let stream):
            context.flush()
            // It may have found the phone gone: then nobody would end the stream, which keeps its permit.
            guard self.context != nil else { return }
            state = .streaming(stream)
            stream.begin(
                silenceMax: connections.limits.streamSilenceMax, write: { self.send($0) },
                finish: { self.end(stream) })
            // It was requested before the process was told to end: only the present state is sent.
            if connections.isEnding, case .streaming = state { end(stream) }
        }
    }

    /// The response is written. The rest of a body that is too long is read and ignored.
    private func finish() {
        guard let context else { return }
        closesAt = .now() + Self.idleMax
        var written: EventLoopPromise<Void>?
        switch (state, isKeptAlive) {
        case (_, true):
            state = .answered
            connections.rests(number)
            return proceed()
        case (.idle, false), (.reading, false):  // The phone may still send: closing at once would discard the answer.
            state = .parting
            closesAt = .now() + Self.partingMax
            written = context.eventLoop.makePromise()
            written?.futureResult.assumeIsolated().whenSuccess { context.close(mode: .output, promise: nil) }
        case (.held, false), (.answering, false), (.streaming, false), (.answered, false), (.parting, false),
            (.closing, false):
            state = .closing
            written = context.eventLoop.makePromise()
            written?.futureResult.assumeIsolated().whenComplete { _ in context.close(promise: nil) }
        }
        context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: written)
    }

    /// Ends answers while the phone reads. Each end brings the next request, which may be answered within it: a loop,
    /// so that many requests that came together do not pile up on the stack.
    private func proceed() {
        guard let context, !isProceeding else { return }
        isProceeding = true
        defer { isProceeding = false }
        while case .answered = state {
            if !context.channel.isWritable { context.flush() }
            // Continues when the phone has read, unless the flush has found it gone.
            guard context.channel.isWritable, self.context != nil else { return }
            state = .idle
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    private func send(_ bytes: [UInt8]) {
        guard let context else { return }
        // Little is waiting; a phone that does not read even that has gone.
        guard context.channel.isWritable else { return context.close(promise: nil) }
        context.writeAndFlush(
            wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: bytes)))), promise: nil)
    }

    private func end(_ stream: EventStream) {
        stream.end()
        finish()
    }

    // MARK: - The end

    /// The process is told to end: this connection begins nothing new.
    func takeLeave() {
        isKeptAlive = false
        switch state {
        case .idle: drop()
        case .streaming(let stream): end(stream)  // Its phone connects again elsewhere.
        case .answered: finish()
        case .reading, .held, .answering, .parting, .closing: break
        }
    }

    /// Closes the connection now.
    func drop() { context?.close(promise: nil) }
}

extension HTTPRequestHead {
    /// Whether it asks to switch to another protocol, which is never granted.
    fileprivate var asksForAnotherProtocol: Bool { method == .CONNECT || headers.contains(name: "upgrade") }
}
