extension EndpointContext {
    /// What `body` comes to, readable by pages of the client, refusals included: those tell a developer what is wrong.
    func sharing(
        with client: Client,
        _ body: () throws(EndpointFailure) -> Step
    ) throws(EndpointFailure) -> Step {
        do throws(EndpointFailure) {
            switch try body() {
            case .answer(let answer): return .answer(answer.shared(with: client, self.request))
            case .hash(let job): return .hash(self.sharing(with: client, job))
            }
        } catch {
            guard case .refused(let refusal) = error else { throw error }
            return .answer(refusal.answer.shared(with: client, self.request))
        }
    }

    private func sharing(with client: Client, _ job: HashingJob) -> HashingJob {
        let busy = { () throws(EndpointFailure) in try job.ifBusy().shared(with: client, self.request) }
        return HashingJob(ifBusy: busy) { [work = job.work] in
            let next = work()
            return { context throws(EndpointFailure) in
                try context.sharing(with: client) { () throws(EndpointFailure) in try next(context) }
            }
        }
    }
}
