import AuthorizationServer
import Glibc
import Login
import Reactor
import Transport

/// A worker and its thread, held by the control thread, which only posts to it once it runs.
///
/// `@unchecked Sendable`: `worker` and `transport` are touched by the control thread before `start`, and by the worker's own
/// after it. The authorization server's threads only post.
final class WorkerHandle: @unchecked Sendable {
    private let worker: Worker
    private let transport: TransportContext
    private let remote: LoopRemote
    private var thread = pthread_t()
    private var isStarted = false
    /// Listening sockets, which the worker closes.
    var descriptors: [(settings: ListenerSettings, descriptor: Int32)] = []

    init(worker: Worker, transport: TransportContext) {
        self.worker = worker
        self.transport = transport
        self.remote = transport.loop.remote
    }

    func openLatest(_ tickets: TLSTicketKeys) throws(TLSProblem) {
        guard let (settings, descriptor) = self.descriptors.last else { return }
        let tls = try PreparedListener(settings, tickets).tls
        self.worker.open(settings, descriptor: descriptor, tls: tls)
    }

    /// The worker asks `server`, and hears of its answers. Before `start`.
    func connect(to server: AuthorizationService) {
        self.worker.adopt(server.snapshot)
        // Weak: at the end of the process an answer may come when the workers have gone.
        self.worker.authorization.ask = { [weak self] request, number in
            server.submit(request) { [weak self] answer in
                self?.post { $0.authorization.answered(number, answer) }
            }
        }
    }

    /// The worker asks what signs in, which lives on the control loop, and hears of its answers. Before `start`.
    func connect(to runtime: GatewayRuntime) {
        let control = runtime.control.remote
        // nonisolated: only what is posted touches it, and that runs on the control loop, which ends before it.
        nonisolated(unsafe) unowned let runtime = runtime
        // Weak: at the end of the process an answer may come when the workers have gone.
        self.worker.login.ask = { [weak self] question, number in
            control.post { [weak self] in
                let reply = { [weak self] (reply: LoginReply) in self?.post { $0.login.answered(number, reply) } ?? () }
                guard let login = runtime.login else { return reply(question.refusal) }
                login.ask(question, reply)
            }
        }
    }

    func start() {
        let context = Unmanaged.passRetained(self).toOpaque()
        let result = pthread_create(
            &self.thread,
            nil,
            { context in
                let handle = Unmanaged<WorkerHandle>.fromOpaque(context!).takeRetainedValue()
                handle.worker.run()
                return nil
            },
            context
        )
        precondition(result == 0, "no thread for a worker")
        self.isStarted = true
    }

    /// Runs `work` on the worker's loop.
    func post(_ work: @escaping @Sendable (Worker) -> Void) {
        self.remote.post { work(self.worker) }
    }

    func join() {
        guard self.isStarted else { return }
        pthread_join(self.thread, nil)
        self.isStarted = false
    }
}
