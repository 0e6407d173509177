using Engagement.Core.Contracts;
using Engagement.Engine.Stream;

namespace Engagement.Desks.Delivery;

/// <summary>Whom notices are delivered to: a webhook, or a desk by its own API. Thread-safe.</summary>
internal interface INoticeReceiver
{
    /// <summary>
    /// One try. The same notice may come again under the same id, also after it was taken: where the receiver can tell, it is taken once. Throws
    /// <see cref="NoticeRefusedException"/> where the answer is no, anything else where no answer came.
    /// </summary>
    ValueTask<NoticeOutcome> DeliverAsync(Notice notice, CancellationToken cancellation);
}

/// <summary>Names one receiver: a site and, within it, kind, host and what tells two of the same host apart.</summary>
internal readonly record struct ReceiverKey(string Site, string Name);
