import HTTPEdge
import NIOCore
import NIOHTTP1

/// One phone's connection, at the end of its channel's pipeline: requests in, responses out, one after the other.
///
/// The handlers before it keep a request back, and read no more, until the answer to the one before it has its end. Who
/// does not read gets no end, so that what waits for him is little. Who sends requests without waiting for answers gets
/// them at a pace, so that it is no other phone that waits. Lives on its event loop.
final class PhoneConnection: ChannelInboundHandler {
    typealias InboundIn = HTTPServerRequestPart
    typealias OutboundOut = HTTPServerResponsePart

    /// A connection without a request is closed after this time.
    static let idleMax = TimeAmount.seconds(75)
    /// A connection whose first head, or whose body, takes longer to arrive is closed: it would keep others out.
    static let arrivalMax = TimeAmount.seconds(10)
    /// How long a phone that sends too much may still read why.
    static let partingMax = TimeAmount.seconds(1)

    private enum State {
        case idle
        case reading(PhoneRequest)
        /// It is there as a whole, and waits for its turn: the phone sends too many too quickly.
        case held(PhoneRequest)
        case answering
        case streaming(EventStream)
        /// The answer is written but for its end, which waits until the phone has read what came before.
        case answered
        /// All is written; whatever still comes is passed over until the phone has read why.
        case parting
        /// The last answer is on its way, and is the end. Or the phone has gone.
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
    /// Whether a request has begun since bytes were read last: another one then was sent before its answer.
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
            state = .idle  // The one holder of the request's bytes appends to them.
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
        // Behind a request for another protocol the parser takes nothing apart any more.
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

    /// The request is there as a whole. One that was sent before its turn, or asks for nothing that there is, may have
    /// to wait.
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

    /// Asks for the body of a phone that waits for this word (RFC 9110, section 10.1.1), unless it is too long.
    private func invite(_ request: PhoneRequest) {
        guard request.bytesAnnounced <= SubmissionBody.bytesMax else { return refuseBody(of: request) }
        let head = HTTPResponseHead(version: version, status: .continue)
        context?.writeAndFlush(wrapOutboundOut(.head(head)), promise: nil)
    }

    /// Only a complete request takes a permit: half a request keeps no other phone out.
    private func answer(_ request: PhoneRequest) {
        state = .answering
        closesAt = nil
        connections.isBusy(number)
        let (isHead, begin) = (request.isHead, request.begin)
        guard let permit = api.permit(for: request, from: network) else {
            return respond(PhoneResponse(Problem(.overloaded)), isHead: isHead, since: begin)
        }
        api.answer(request, in: permit) { response in
            // Until the router has answered the permit is taken, though the phone may have gone.
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
            isKeptAlive = false  // The phone has said all that it has to say.
            switch state {
            case .idle, .reading, .streaming, .parting: context.close(promise: nil)
            case .answered: finish()
            case .held, .answering, .closing: break
            }
        }
        context.fireUserInboundEventTriggered(event)
    }

    /// What the parser does not take is told so, unless an answer has begun.
    func errorCaught(context: ChannelHandlerContext, error: any Error) {
        switch (error as? HTTPParserError, state) {
        case (let error?, .idle), (let error?, .reading):
            isKeptAlive = false
            let refusing =
                error == .headerOverflow
                ? Refusing(.tooLarge, "The head exceeds \(RequestHeadLimits.bytesMax) bytes. Send a smaller one.")
                : Refusing(.malformed, "The request is not valid HTTP/1.1 (RFC 9112).")
            respond(PhoneResponse(Problem(refusing)), isHead: false, since: .now())
        case (_, .parting): break  // What still comes need not be HTTP.
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
            state = .streaming(stream)
            stream.begin(
                silenceMax: connections.limits.streamSilenceMax, write: { self.send($0) },
                finish: { self.end(stream) })
            // It was asked for before the process was told to end: what is known is told, and that is all.
            if connections.isEnding, case .streaming = state { end(stream) }
        }
    }

    /// The response is written. What the phone still sends of a body that is too long is read and passed over.
    private func finish() {
        guard let context else { return }
        closesAt = .now() + Self.idleMax
        var written: EventLoopPromise<Void>?
        switch (state, isKeptAlive) {
        case (_, true):
            state = .answered
            connections.rests(number)
            return proceed()
        case (.idle, false), (.reading, false):  // More may come: closed at once, it would take the answer with it.
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

    /// Gives answers their end while the phone reads. Each end brings the next request, which may be answered within
    /// it: a loop, so that many requests that came together do not pile up on the stack.
    private func proceed() {
        guard let context, !isProceeding else { return }
        isProceeding = true
        defer { isProceeding = false }
        while case .answered = state {
            if !context.channel.isWritable { context.flush() }
            guard context.channel.isWritable else { return }  // Goes on when the phone has read.
            state = .idle
            context.writeAndFlush(wrapOutboundOut(.end(nil)), promise: nil)
        }
    }

    private func send(_ bytes: [UInt8]) {
        guard let context else { return }
        // What waits is little; a phone that does not even read that is gone.
        guard context.channel.isWritable else { return context.close(promise: nil) }
        context.writeAndFlush(
            wrapOutboundOut(.body(.byteBuffer(context.channel.allocator.buffer(bytes: bytes)))), promise: nil)
    }

    private func end(_ stream: EventStream) {
        stream.end()
        finish()
    }

    // MARK: - The end

    /// The process is told to end: nothing new begins here.
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
    /// Whether what follows would not be HTTP any more, if it were granted. It is not.
    fileprivate var asksForAnotherProtocol: Bool { method == .CONNECT || headers.contains(name: "upgrade") }
}
