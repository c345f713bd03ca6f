import Logging
import RelayDomain
import ServiceRuntime

/// What `baton up` logs: one record for each event that an operator should know of, in the form and the words of its
/// processes.
struct UpLog: Sendable {
    private let logger: Logger

    /// To standard error, as the service `baton`, instance `up`.
    init(_ level: Logger.Level) {
        self.init(
            Logger(label: "up") { label in
                JSONLogHandler(label: label, service: "baton", instance: "up", level: level)
            })
    }

    init(_ logger: Logger) { self.logger = logger }

    func write(_ news: UpNews) {
        switch news {
        case .begins(let home):
            logger.info("starting", metadata: ["home": "\(home)", "version": "\(ServiceProcess.version)"])
        case .waitsForLeftovers(let count):
            logger.notice("waiting for processes of an earlier run to end", metadata: ["processes": "\(count)"])
        case .supervision(let notice, let heard): write(notice, heard)
        }
    }

    private func write(_ notice: SupervisionNotice, _ heard: Supervisor.Heard) {
        var metadata: Logger.Metadata = [:]
        metadata["process"] = notice.process.map { "\($0)" }
        metadata["said"] = heard.lastWords.map {
            "\(UpDisplay.inOwnWords(String($0.prefix(UpDisplay.wordsMax)), of: notice.process ?? ""))"
        }
        switch notice {
        case .ready:
            for (name, address) in UpDisplay.addresses(heard) { metadata[name] = "\(address)" }
            logger.info("process is ready", metadata: metadata)
        case .standsBy: logger.info("process stands by", metadata: metadata)
        case .allReady: logger.info("ready")
        case .hangs(_, let verdict):
            metadata["reason"] = "\(verdict)"
            logger.error("process hangs and is killed", metadata: metadata)
        case .diedAndRestarts(_, let exit, let pause):
            metadata["reason"] = "\(exit)"
            metadata["after"] = "\(pause.milliseconds) ms"
            logger.error("process ended, starts again", metadata: metadata)
        case .diskIsGettingFull(let free):
            logger.warning(DiskWarning.line, metadata: ["free": "\(free >> 20) MiB"])
        case .stopping: logger.info("stopping")
        case .gaveUp(.refused(_, let exit)):
            metadata["reason"] = "\(exit)"
            logger.critical("process did not start", metadata: metadata)
        case .gaveUp(.slow(_, let limit)):
            metadata["limit"] = "\(limit.milliseconds / 1_000) s"
            logger.critical("process was not ready in time", metadata: metadata)
        }
    }
}
