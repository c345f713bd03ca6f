import Logging
import NIOCore
import ServiceLifecycle

extension ServiceProcess {
    /// Serves from start to end.
    /// - Parameters:
    ///   - stops: why the process should end; the first element begins the orderly end.
    ///   - start: makes the services.
    func serve(
        until stops: AsyncStream<String>, start: @escaping @Sendable () async throws -> [any Service]
    ) async -> ProcessEnd {
        let end: ProcessEnd
        do {
            if isInsecure {
                logger.warning(
                    "BATON_INSECURE is on: tcp:// is neither encrypted nor authenticated; it must be unreachable from outside"
                )
            }
            try home.prepare()
            let tick = health.loop("events")
            let ticking = eventLoopGroup.next().scheduleRepeatedTask(
                initialDelay: .zero, delay: .init(Loops.period)
            ) { _ in tick() }
            defer { ticking.cancel() }
            Announcement.clear(home: home, name: instance)
            try await runServices(until: stops, start: start)
            end = ProcessEnd(exitCode: 0)
        } catch is CancellationError where stopReason.withLockedValue({ $0 != nil }) {
            logger.warning("drain limit reached, remaining work was cancelled")
            end = ProcessEnd(exitCode: 0)
        } catch {
            end = ProcessEnd(service: service, error: error)
        }
        withdrawAnnouncement()
        try? await eventLoopGroup.shutdownGracefully()
        logger.info("ended", metadata: ["exitCode": "\(end.exitCode)"])
        return end
    }

    /// The admin port first, so that it answers while the services start and until they have stopped.
    private func runServices(
        until stops: AsyncStream<String>, start: @escaping @Sendable () async throws -> [any Service]
    ) async throws {
        let (bound, onBound) = AsyncStream.makeStream(of: HostPort.self, bufferingPolicy: .bufferingNewest(1))
        let admin = AdminServer(
            address: configuration.admin, health: health, metrics: { [self] in exposition() },
            onBound: { onBound.yield($0) })
        let services = StartedServices(process: self, adminBound: bound, start: start)
        let disk = DiskWatch(home: home, logger: logger)
        // `services` is a group with the same limit: a second later, so that its own limit ends it first.
        let group = group([admin, disk, services], drainTimeout: configuration.drainTimeout + .seconds(1))

        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { [self] in
                guard let reason = await stops.first(where: { _ in true }) else { return }
                stopReason.withLockedValue { $0 = reason }
                health.part("stopping", detail: reason)  // A separate part, which never becomes ready again.
                logger.info("stopping", metadata: ["reason": "\(reason)"])
                await group.triggerGracefulShutdown()
            }
            defer { tasks.cancelAll() }
            try await group.run()
        }
    }

    /// A group of services that are stopped from last to first, and cancelled when the limit has passed.
    fileprivate func group(_ services: [any Service], drainTimeout: Duration) -> ServiceGroup {
        var group = ServiceGroupConfiguration(
            services: services.map { LastingService(service: $0, process: self) }, logger: logger)
        group.maximumGracefulShutdownDuration = drainTimeout
        return ServiceGroup(configuration: group)
    }
}

/// A service that may end only after the process was told to stop.
private struct LastingService: Service, CustomStringConvertible {
    let service: any Service
    let process: ServiceProcess

    var description: String { "\(type(of: service))" }

    func run() async throws {
        try await service.run()
        let isStopping = process.stopReason.withLockedValue { $0 != nil }
        guard isStopping || Task.isCancelled else { throw RuntimeError.ended(service: description) }
    }
}

/// Makes the services of a process and runs them; stops them from last to first.
private struct StartedServices: Service {
    let process: ServiceProcess
    let adminBound: AsyncStream<HostPort>
    let start: @Sendable () async throws -> [any Service]

    func run() async throws {
        let health = process.health.part("process")
        guard let admin = await adminBound.first(where: { _ in true }) else { return }
        try process.adminIsBound(at: admin)
        process.logger.info("starting", metadata: ["admin": "\(admin)", "version": "\(ServiceProcess.version)"])
        let services = try await cancelWhenGracefulShutdown(start)
        health.ready()
        let group = process.group(services, drainTimeout: process.configuration.drainTimeout)
        try await group.run()
    }
}
