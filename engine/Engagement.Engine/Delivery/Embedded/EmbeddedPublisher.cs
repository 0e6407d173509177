using System.Collections.Concurrent;
using System.Collections.Immutable;
using Microsoft.Extensions.Logging;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>Subscribers of this process by channel. Publishing is the writer's; subscribing is thread-safe.</summary>
internal sealed partial class EmbeddedPublisher(ILogger logger)
{
    private readonly ConcurrentDictionary<string, ImmutableArray<Subscription>> _channels = new(StringComparer.Ordinal);

    public IAsyncDisposable Subscribe(string channel, Action<ReadOnlyMemory<byte>> receive)
    {
        var subscription = new Subscription(this, channel, receive);
        _channels.AddOrUpdate(channel, [subscription], (_, others) => others.Add(subscription));
        return subscription;
    }

    /// <summary>Hands a message to every subscriber of the channel. One that throws harms nobody else.</summary>
    public void Publish(string channel, ReadOnlyMemory<byte> message)
    {
        if (!_channels.TryGetValue(channel, out var subscriptions)) return;
        foreach (var subscription in subscriptions)
        {
            try
            {
                subscription.Receive(message);
            }
            catch (Exception cause)
            {
                SubscriberFailed(logger, channel, cause);
            }
        }
    }

    private void Unsubscribe(Subscription subscription)
    {
        while (_channels.TryGetValue(subscription.Channel, out var before))
        {
            var after = before.Remove(subscription);
            var done = after.IsEmpty
                ? _channels.TryRemove(new KeyValuePair<string, ImmutableArray<Subscription>>(subscription.Channel, before))
                : _channels.TryUpdate(subscription.Channel, after, before);
            if (done) return;
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "A subscriber of {Channel} failed")]
    private static partial void SubscriberFailed(ILogger logger, string channel, Exception cause);

    private sealed class Subscription(EmbeddedPublisher publisher, string channel, Action<ReadOnlyMemory<byte>> receive) : IAsyncDisposable
    {
        private bool _ended;

        public string Channel => channel;

        public void Receive(ReadOnlyMemory<byte> message)
        {
            if (!Volatile.Read(ref _ended)) receive(message);
        }

        public ValueTask DisposeAsync()
        {
            if (!Interlocked.Exchange(ref _ended, true)) publisher.Unsubscribe(this);
            return ValueTask.CompletedTask;
        }
    }
}
