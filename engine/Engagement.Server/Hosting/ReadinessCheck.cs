namespace Engagement.Server.Hosting;

/// <summary>How one dependency stands.</summary>
/// <param name="Name">Stable name, such as <c>event_log</c>.</param>
/// <param name="Status"><c>ok</c>, <c>degraded</c> (serving goes on) or <c>unavailable</c> (not ready).</param>
/// <param name="Detail">What is wrong; null when ok.</param>
public sealed record DependencyStatus(string Name, string Status, string? Detail)
{
    public static DependencyStatus Ok(string name) => new(name, "ok", null);
    public static DependencyStatus Degraded(string name, string detail) => new(name, "degraded", detail);
    public static DependencyStatus Unavailable(string name, string detail) => new(name, "unavailable", detail);
}

/// <summary>One dependency that readiness asks. An exception or no answer counts as unavailable; where the node has work without it, as degraded.</summary>
public sealed record ReadinessCheck(string Name, Func<CancellationToken, ValueTask<DependencyStatus>> AskAsync)
{
    /// <summary>False: without it this node still does better than no node. Default true.</summary>
    public bool IsVital { get; init; } = true;

    /// <summary>A check that throws the cause when something is wrong.</summary>
    public static ReadinessCheck Of(string name, Func<CancellationToken, ValueTask> check) => new(name, async cancellation =>
    {
        await check(cancellation);
        return DependencyStatus.Ok(name);
    });

    public DependencyStatus Failed(string detail) => IsVital ? DependencyStatus.Unavailable(Name, detail) : DependencyStatus.Degraded(Name, detail);
}

/// <summary>Answer of <c>/health/ready</c>.</summary>
public sealed record ReadinessAnswer(string Status, IReadOnlyList<DependencyStatus> Dependencies)
{
    [System.Text.Json.Serialization.JsonIgnore]
    public bool IsReady => Status == "ready";
}

/// <summary>Asks every dependency; each has a second. Thread-safe.</summary>
public sealed class ReadinessService(IEnumerable<ReadinessCheck> checks, IHostApplicationLifetime lifetime, TimeProvider time)
{
    private static readonly TimeSpan AskTimeout = TimeSpan.FromSeconds(1);
    private readonly ReadinessCheck[] _checks = [.. checks];

    public async Task<ReadinessAnswer> AskAsync(CancellationToken cancellation)
    {
        if (lifetime.ApplicationStopping.IsCancellationRequested)
            return new ReadinessAnswer("stopping", [DependencyStatus.Unavailable("server", "is stopping")]);
        var answers = await Task.WhenAll(_checks.Select(check => AskAsync(check, cancellation)));
        return new ReadinessAnswer(answers.Any(a => a.Status == "unavailable") ? "unready" : "ready", answers);
    }

    private async Task<DependencyStatus> AskAsync(ReadinessCheck check, CancellationToken cancellation)
    {
        using var deadline = new CancellationTokenSource(AskTimeout, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(cancellation, deadline.Token);
        try
        {
            return await check.AskAsync(linked.Token).AsTask().WaitAsync(linked.Token);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested)
        {
            return check.Failed("did not answer within 1 s");
        }
        catch (Exception exception) when (exception is not OperationCanceledException)
        {
            return check.Failed(exception.Message);
        }
    }
}
