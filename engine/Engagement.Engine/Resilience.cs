using Engagement.Core;
using Engagement.Engine.Stream;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace Engagement.Engine;

/// <summary>
/// Every outside call of the engine host sits in one of these named pipelines, and they all stand here. Calls that carry the place of the
/// stream are tried until they succeed or the partition is taken away; calls that a person waits for have a deadline. Thread-safe.
/// The Kafka client repeats, orders and times out its own requests (<c>KafkaSettings</c>): nothing here repeats inside of it.
/// </summary>
public sealed class Resilience
{
    private readonly EngineMetrics _metrics;

    public Resilience(TimeProvider time, EngineMetrics metrics, ILogger<Resilience> log)
    {
        _metrics = metrics;
        LogAppend = UntilItWorks("log-append", time, log);
        LogRead = UntilItWorks("log-read", time, log);
        LogAsk = Deadline("log-ask", TimeSpan.FromSeconds(2), time);
        TopicCheck = UntilItWorks("topic-check", time, log);
        DeliveryCommit = UntilItWorks("delivery-commit", time, log);
        DeliveryReserve = UntilItWorks("delivery-reserve", time, log);
        DeliveryAsk = Deadline("delivery-ask", TimeSpan.FromMilliseconds(40), time);
        DeliveryAct = Deadline("delivery-act", TimeSpan.FromSeconds(5), time);
        EventAppend = Deadline("event-append", Limits.EventAppendMax, time);
        SpoolDrain = UntilItWorks("spool-drain", time, log, TimeSpan.FromSeconds(1));
        NoticeDelivery = WhileItIsWanted("notice-delivery", time, log);
        DeskPresence = Deadline("desk-presence", TimeSpan.FromSeconds(8), time);
        SignInKeys = Deadline("sign-in-keys", TimeSpan.FromSeconds(5), time);
        AnswerAppend = FewTimes("answer-append", TimeSpan.FromSeconds(5), time, log);
    }

    /// <summary>Records that a batch leaves behind; the batch waits.</summary>
    public ResiliencePipeline LogAppend { get; }

    /// <summary>Reads of a rebuild.</summary>
    public ResiliencePipeline LogRead { get; }

    /// <summary>How far the log goes, for the lag: a figure that comes late is worth nothing.</summary>
    public ResiliencePipeline LogAsk { get; }

    /// <summary>The comparison of Kafka's topics with their plan; nobody waits for it.</summary>
    public ResiliencePipeline TopicCheck { get; }

    /// <summary>Effects and checkpoint; the batch waits.</summary>
    public ResiliencePipeline DeliveryCommit { get; }

    /// <summary>An offer's slot; the batch waits.</summary>
    public ResiliencePipeline DeliveryReserve { get; }

    /// <summary>Questions that should-engage asks within its 50 ms.</summary>
    public ResiliencePipeline DeliveryAsk { get; }

    /// <summary>What agents and visitors do: answers, claims, presence.</summary>
    public ResiliencePipeline DeliveryAct { get; }

    /// <summary>An answer's record in the log, before the client hears of it; the client repeats safely.</summary>
    public ResiliencePipeline AnswerAppend { get; }

    /// <summary>A collector's append while its sender waits: one try, since the spool on its own disk is the better second.</summary>
    public ResiliencePipeline EventAppend { get; }

    /// <summary>The spool's records, in order, to the log that was away: until they are there, at least once a second, since new events queue behind them.</summary>
    public ResiliencePipeline SpoolDrain { get; }

    /// <summary>
    /// A notice to a desk or a webhook: 10 s for each try, then again after half a second, doubling up to 30 s or as the receiver asks, until the caller
    /// gives it up; three tries where the receiver will have none of it. Others do not wait for it.
    /// </summary>
    public ResiliencePipeline NoticeDelivery { get; }

    /// <summary>Who is there, asked of a desk: one try, since the next question comes soon and what comes late is worth nothing.</summary>
    public ResiliencePipeline DeskPresence { get; }

    /// <summary>What a provider says of itself and its keys; an agent waits, and signs in again.</summary>
    public ResiliencePipeline SignInKeys { get; }

    private ResiliencePipeline UntilItWorks(string name, TimeProvider time, ILogger log, TimeSpan? delayMax = null) =>
        Build(name, time, log, int.MaxValue, delayMax ?? TimeSpan.FromSeconds(5));

    private ResiliencePipeline FewTimes(string name, TimeSpan deadline, TimeProvider time, ILogger log) =>
        new ResiliencePipelineBuilder { Name = name, TimeProvider = time }
            .AddPipeline(Deadline(name, deadline, time))
            .AddPipeline(Build(name, time, log, 4, TimeSpan.FromMilliseconds(400)))
            .Build();

    private ResiliencePipeline WhileItIsWanted(string name, TimeProvider time, ILogger log) =>
        new ResiliencePipelineBuilder { Name = name, TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                Name = name,
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(500),
                MaxDelay = TimeSpan.FromSeconds(30),
                ShouldHandle = static arguments => new ValueTask<bool>(
                    IsTransient(arguments.Outcome.Exception) && (arguments.AttemptNumber < 2 || arguments.Outcome.Exception is not NoticeRefusedException { IsFinal: true })),
                DelayGenerator = static arguments => new ValueTask<TimeSpan?>(
                    arguments.Outcome.Exception is NoticeRefusedException { RetryAfter: { } asked } ? TimeSpan.FromSeconds(Math.Clamp(asked.TotalSeconds, 1, 60)) : null),
                OnRetry = arguments =>
                {
                    _metrics.CallFailed(name);
                    log.LogWarning("{Pipeline}: attempt {Attempt} failed, next in {Delay}: {Reason}",
                        name, arguments.AttemptNumber + 1, arguments.RetryDelay, arguments.Outcome.Exception?.Message);
                    return default;
                },
            })
            .AddTimeout(new TimeoutStrategyOptions { Name = name, Timeout = TimeSpan.FromSeconds(10) })
            .Build();

    private ResiliencePipeline Build(string name, TimeProvider time, ILogger log, int attempts, TimeSpan delayMax) =>
        new ResiliencePipelineBuilder { Name = name, TimeProvider = time }
            .AddRetry(new RetryStrategyOptions
            {
                Name = name,
                MaxRetryAttempts = attempts,
                BackoffType = DelayBackoffType.Exponential,
                UseJitter = true,
                Delay = TimeSpan.FromMilliseconds(50),
                MaxDelay = delayMax,
                ShouldHandle = static arguments => new ValueTask<bool>(IsTransient(arguments.Outcome.Exception)),
                OnRetry = arguments =>
                {
                    _metrics.CallFailed(name);
                    log.LogWarning(arguments.Outcome.Exception, "{Pipeline}: attempt {Attempt} failed, next in {Delay}",
                        name, arguments.AttemptNumber + 1, arguments.RetryDelay);
                    return default;
                },
            })
            .Build();

    private ResiliencePipeline Deadline(string name, TimeSpan deadline, TimeProvider time) =>
        new ResiliencePipelineBuilder { Name = name, TimeProvider = time }
            .AddTimeout(new TimeoutStrategyOptions { Name = name, Timeout = deadline, OnTimeout = _ => CountFailure(name) })
            .Build();

    private ValueTask CountFailure(string name)
    {
        _metrics.CallFailed(name);
        return default;
    }

    /// <summary>Misuse and a stop are not cured by another try.</summary>
    private static bool IsTransient(Exception? exception) =>
        exception is not (null or OperationCanceledException or ArgumentException or ObjectDisposedException or NotSupportedException or NotImplementedException);
}
