import Foundation

/// The metrics of every process, with the names that Prometheus' client libraries use.
struct ProcessMetrics: Sendable {
    let service: String
    let instance: String
    let startedAt: Timestamp
    let home: Home
    let loops: Loops

    /// Reads the figures of this moment.
    func exposition() -> String {
        var text = PrometheusText()
        text.begin("baton_build_info", .gauge, help: "The running program; always 1.")
        let labels = [("service", service), ("instance_name", instance), ("version", ServiceProcess.version)]
        text.sample(
            "baton_build_info",
            labels: labels.map { "\($0)=\"\(PrometheusText.escaped($1))\"" }.joined(separator: ","), "1")
        text.single(
            "process_start_time_seconds", .gauge, help: "When the process started, in seconds since 1970.",
            PrometheusText.number(Double(startedAt.milliseconds) / 1_000))
        text.single(
            "process_cpu_seconds_total", .counter, help: "User and system CPU time spent, in seconds.",
            PrometheusText.number(cpuSeconds))
        if let pages = memoryPages {
            let pageBytes = Int64(sysconf(Int32(_SC_PAGESIZE)))
            text.single(
                "process_virtual_memory_bytes", .gauge, help: "Virtual memory, in bytes.",
                "\(pages.virtual * pageBytes)")
            text.single(
                "process_resident_memory_bytes", .gauge, help: "Resident memory, in bytes.",
                "\(pages.resident * pageBytes)")
        }
        if let open = try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd") {
            text.single("process_open_fds", .gauge, help: "Open file descriptors.", "\(open.count)")
        }
        var limit = rlimit()
        if getrlimit(__rlimit_resource_t(RLIMIT_NOFILE.rawValue), &limit) == 0 {
            text.single("process_max_fds", .gauge, help: "Open file descriptors at most.", "\(limit.rlim_cur)")
        }
        loops(in: &text)
        streams(in: &text)
        if let free = DiskWarning.free(at: home.path) {
            text.single(
                "baton_process_home_free_bytes", .gauge,
                help: "Free bytes on the file system of BATON_HOME; below 1 GiB the log warns.", "\(free)")
        }
        return text.text
    }

    private func loops(in text: inout PrometheusText) {
        let name = "baton_process_loop_tick_age_seconds"
        text.begin(
            name, .gauge,
            help: "Since when each loop of the process has not come round; at 5 s the process is killed.")
        for (loop, age) in loops.ages {
            text.sample(
                name, labels: "loop=\"\(PrometheusText.escaped(loop))\"", PrometheusText.number(age / .seconds(1)))
        }
    }

    private func streams(in text: inout PrometheusText) {
        let name = "baton_process_output_lost_total"
        text.begin(
            name, .counter,
            help: "Lines for standard output or error that were dropped: the disk was full, or the pipe had no reader.")
        for (stream, lost) in [("stdout", StandardStream.output.lost), ("stderr", StandardStream.error.lost)] {
            text.sample(name, labels: "stream=\"\(stream)\"", "\(lost)")
        }
    }

    private var cpuSeconds: Double {
        var usage = rusage()
        getrusage(__rusage_who_t(RUSAGE_SELF.rawValue), &usage)
        return [usage.ru_utime, usage.ru_stime].reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 }
    }

    /// The first two numbers of `/proc/self/statm` (proc(5)).
    private var memoryPages: (virtual: Int64, resident: Int64)? {
        guard let data = FileManager.default.contents(atPath: "/proc/self/statm") else { return nil }
        let numbers = String(decoding: data, as: UTF8.self).split(separator: " ").prefix(2).compactMap { Int64($0) }
        return numbers.count == 2 ? (numbers[0], numbers[1]) : nil
    }
}
