using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>
/// The client behind the store: runs commands and scripts, each with a deadline, and says an outage as <see cref="IOException"/>. Comes up without
/// Redis, connects again by itself, and looks for the new master as soon as an old one fails. Thread-safe.
/// </summary>
internal sealed partial class RedisConnection : IAsyncDisposable
{
    private static readonly TimeSpan ReconfigureInterval = TimeSpan.FromMilliseconds(500);

    /// <summary>Some attempts to connect: they follow each other by 200 ms.</summary>
    private static readonly TimeSpan RefusalPatience = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan RefusalLook = TimeSpan.FromMilliseconds(50);

    private readonly RedisOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ConnectionMultiplexer _client;
    private readonly IDatabase _database;
    private long _reconfiguredAt;
    private string? _refusal;

    private RedisConnection(RedisOptions options, ConnectionMultiplexer client, TimeProvider time, ILogger logger)
    {
        (_options, _client, _time, _logger) = (options, client, time, logger);
        _database = client.GetDatabase();
        client.ConnectionFailed += OnFailed;
        client.ConnectionRestored += OnRestored;
    }

    /// <summary>Redis is there again, perhaps empty.</summary>
    public event Action? Restored;

    public ConnectionMultiplexer Client => _client;

    /// <summary>Gives the number that keys share which may go in one script: the same for all where they are on one server, in a Cluster their slot's.</summary>
    public Func<RedisKey, int> GetSlots() => IsCluster ? key => _client.HashSlot(key) : static _ => 0;

    public bool IsCluster => _client.GetEndPoints().Any(e => _client.GetServer(e).ServerType == ServerType.Cluster);

    /// <param name="inOrder">Callbacks one after the other, as subscriptions need; false for commands, whose answers wait for nobody.</param>
    public static async Task<RedisConnection> OpenAsync(
        RedisOptions options, bool inOrder, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        var client = await ConnectionMultiplexer.ConnectAsync(options.ToClient()).WaitAsync(cancellation);
#if OLD_REDIS_CLIENT
        client.PreserveAsyncOrder = inOrder;
#else
        _ = inOrder; // Newer clients keep the order of each subscription's own queue.
#endif
        return new RedisConnection(options, client, time, logger);
    }

    /// <summary>
    /// A wrong password is no outage: whoever starts this hears of it. The client tells it with one of its attempts, not always with the first; so
    /// this waits for some where there is no connection.
    /// </summary>
    public async ValueTask ThrowIfRefusedAsync(CancellationToken cancellation)
    {
        var started = _time.GetTimestamp();
        do
        {
            try
            {
                await WithinAsync(_database.PingAsync(), cancellation);
                await ThrowIfSomebodyElseAsync(cancellation);
                return;
            }
            catch (Exception e) when ((RedisFaults.RefusalIn(e) ?? Volatile.Read(ref _refusal)) is { } refusal)
            {
                throw new UnauthorizedAccessException($"Redis at {_options} refuses us: {refusal}", e);
            }
            catch (Exception e) when (ToOutage(e, cancellation) is not null)
            {
                await Task.Delay(RefusalLook, _time, cancellation);
            }
        }
        while (_time.GetElapsedTime(started) < RefusalPatience);
    }

    /// <summary>
    /// A client whose user was refused may go on as the default user where that needs no password; then it is not who it was told to be. An access list
    /// that does not let it ask is believed.
    /// </summary>
    private async Task ThrowIfSomebodyElseAsync(CancellationToken cancellation)
    {
        if (_options.User is not { } user) return;
        string? name;
        try
        {
            name = (string?)await WithinAsync(_database.ExecuteAsync("ACL", "WHOAMI"), cancellation);
        }
        catch (RedisServerException e) when (e.Message.StartsWith("NOPERM", StringComparison.Ordinal))
        {
            return;
        }
        if (name != user) throw new UnauthorizedAccessException($"Redis at {_options} refuses us: user or password; it takes us for '{name}'");
    }

    /// <summary>Runs a script by its hash; sends its text where the server does not know it (any more).</summary>
    public async ValueTask<RedisResult> RunAsync(RedisScript script, RedisKey[] keys, RedisValue[] arguments, CancellationToken cancellation)
    {
        try
        {
            try
            {
                return await WithinAsync(_database.ScriptEvaluateAsync(script.Hash, keys, arguments), cancellation);
            }
            catch (RedisServerException e) when (RedisFaults.IsNoScript(e))
            {
                return await WithinAsync(_database.ScriptEvaluateAsync(script.Text, keys, arguments, CommandFlags.NoScriptCache), cancellation);
            }
        }
        catch (Exception e) when (ToOutage(e, cancellation) is { } outage)
        {
            throw outage;
        }
    }

    /// <summary>One command, one round trip.</summary>
    public async ValueTask<T> RunAsync<T>(Func<IDatabase, Task<T>> command, CancellationToken cancellation)
    {
        try
        {
            return await WithinAsync(command(_database), cancellation);
        }
        catch (Exception e) when (ToOutage(e, cancellation) is { } outage)
        {
            throw outage;
        }
    }

    public async ValueTask DisposeAsync()
    {
        _client.ConnectionFailed -= OnFailed;
        _client.ConnectionRestored -= OnRestored;
        await _client.CloseAsync(allowCommandsToComplete: false);
        _client.Dispose();
    }

    private Task<T> WithinAsync<T>(Task<T> answer, CancellationToken cancellation) => answer.WaitAsync(_options.CommandTimeout, _time, cancellation);

    private IOException? ToOutage(Exception exception, CancellationToken cancellation)
    {
        if (exception is OperationCanceledException && cancellation.IsCancellationRequested) return null;
        if (RedisFaults.SaysMoved(exception)) Reconfigure();
        return RedisFaults.OutageOf(exception);
    }

    private void OnFailed(object? sender, ConnectionFailedEventArgs e)
    {
        if (e.FailureType == ConnectionFailureType.AuthenticationFailure)
            Volatile.Write(ref _refusal, (e.Exception is { } cause ? RedisFaults.RefusalIn(cause) : null) ?? "user or password");
        if (e.ConnectionType == ConnectionType.Interactive) ConnectionLost(_logger, e.EndPoint, e.FailureType);
        Reconfigure();
    }

    private void OnRestored(object? sender, ConnectionFailedEventArgs e)
    {
        Volatile.Write(ref _refusal, null);
        if (e.ConnectionType == ConnectionType.Interactive) ConnectionBack(_logger, e.EndPoint);
        Restored?.Invoke();
    }

    /// <summary>Asks the nodes again who is who, not too often.</summary>
    private void Reconfigure()
    {
        var last = Interlocked.Read(ref _reconfiguredAt);
        if (last != 0 && _time.GetElapsedTime(last) < ReconfigureInterval) return;
        if (Interlocked.CompareExchange(ref _reconfiguredAt, _time.GetTimestamp(), last) != last) return;
        _ = _client.ConfigureAsync().ContinueWith(
            static (task, _) => task.Exception, null, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Redis at {EndPoint} is away: {Failure}")]
    private static partial void ConnectionLost(ILogger logger, System.Net.EndPoint? endPoint, ConnectionFailureType failure);

    [LoggerMessage(Level = LogLevel.Information, Message = "Redis at {EndPoint} is there again")]
    private static partial void ConnectionBack(ILogger logger, System.Net.EndPoint? endPoint);
}
