using System.Threading.Channels;
using Engagement.Core;
using Microsoft.Extensions.Logging;
using StackExchange.Redis;

namespace Engagement.Engine.Delivery.Redis;

/// <summary>
/// Subscriptions on a connection of their own. Each has a queue and a task of its own, so that a slow subscriber waits for itself alone; messages of
/// one come in order. The client subscribes again after Redis was away; what was said meanwhile is not heard. Thread-safe.
/// </summary>
internal sealed partial class RedisSubscriptions(RedisConnection connection, TimeProvider time, ILogger logger)
{
#if !OLD_REDIS_CLIENT
    private static readonly TimeSpan AnswerWait = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AnswerLook = TimeSpan.FromMilliseconds(1);
#endif

    public async ValueTask<IAsyncDisposable> SubscribeAsync(string channel, Action<ReadOnlyMemory<byte>> receive, CancellationToken cancellation)
    {
        var subscription = new Subscription(this, channel, receive);
        try
        {
            await subscription.StartAsync().WaitAsync(cancellation);
            return subscription;
        }
        catch (Exception e)
        {
            await subscription.DisposeAsync();
            if (RedisFaults.OutageOf(e) is { } outage && !cancellation.IsCancellationRequested) throw outage;
            throw;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A subscriber of {Channel} failed")]
    private static partial void SubscriberFailed(ILogger logger, string channel, Exception cause);

    [LoggerMessage(Level = LogLevel.Warning, Message = "A subscriber of {Channel} is too slow: its oldest messages are dropped")]
    private static partial void SubscriberIsSlow(ILogger logger, string channel);

    private sealed class Subscription : IAsyncDisposable
    {
        private readonly RedisSubscriptions _owner;
        private readonly string _name;
        private readonly RedisChannel _channel;
        private readonly Action<ReadOnlyMemory<byte>> _receive;
        private readonly Channel<ReadOnlyMemory<byte>> _queue;
        private readonly ISubscriber _subscriber;
        private int _slow;
        private int _ended;

        public Subscription(RedisSubscriptions owner, string channel, Action<ReadOnlyMemory<byte>> receive)
        {
            (_owner, _name, _receive) = (owner, channel, receive);
            _channel = new RedisChannel(channel, RedisChannel.PatternMode.Literal);
            _subscriber = owner.Connection.Client.GetSubscriber();
            _queue = Channel.CreateBounded<ReadOnlyMemory<byte>>(
                new BoundedChannelOptions(Limits.SubscriptionQueueMax) { FullMode = BoundedChannelFullMode.DropOldest, SingleReader = true }, OnDropped);
            _ = DeliverAsync();
        }

#if OLD_REDIS_CLIENT
        public Task StartAsync() => _subscriber.SubscribeAsync(_channel, OnMessage);

        private Task StopAsync() => _subscriber.UnsubscribeAsync(_channel, OnMessage);

        private void OnMessage(RedisChannel channel, RedisValue message) => _queue.Writer.TryWrite((byte[])message!);
#else
        private ChannelMessageQueue? _messages;

        /// <summary>
        /// Registered whatever happens, so that the client subscribes once Redis is there. Where it is there already, waits for its word: who subscribes and
        /// then reads what is stored must miss nothing between the two.
        /// </summary>
        public async Task StartAsync()
        {
            _messages = await _subscriber.SubscribeAsync(_channel, CommandFlags.FireAndForget);
            _messages.OnMessage(m => _queue.Writer.TryWrite((byte[])m.Message!));
            var started = _owner.Time.GetTimestamp();
            while (_owner.Connection.Client.IsConnected && _subscriber.SubscribedEndpoint(_channel) is null)
            {
                if (_owner.Time.GetElapsedTime(started) > AnswerWait) throw new TimeoutException($"Redis did not answer the subscription of {_name}.");
                await Task.Delay(AnswerLook, _owner.Time);
            }
        }

        private Task StopAsync() => _messages?.UnsubscribeAsync() ?? Task.CompletedTask;
#endif

        public async ValueTask DisposeAsync()
        {
            if (Interlocked.Exchange(ref _ended, 1) != 0) return;
            _queue.Writer.TryComplete();
            try
            {
                await StopAsync();
            }
            catch (Exception e) when (e is RedisException or TimeoutException or OperationCanceledException or ObjectDisposedException)
            {
                // Redis is away, and the subscription with it.
            }
        }

        private async Task DeliverAsync()
        {
            await foreach (var message in _queue.Reader.ReadAllAsync())
            {
                if (Volatile.Read(ref _ended) != 0) return;
                try
                {
                    _receive(message);
                }
                catch (Exception cause)
                {
                    SubscriberFailed(_owner.Logger, _name, cause);
                }
            }
        }

        private void OnDropped(ReadOnlyMemory<byte> message)
        {
            if (Interlocked.Exchange(ref _slow, 1) == 0) SubscriberIsSlow(_owner.Logger, _name);
        }
    }

    private RedisConnection Connection => connection;
    private TimeProvider Time => time;
    private ILogger Logger => logger;
}
