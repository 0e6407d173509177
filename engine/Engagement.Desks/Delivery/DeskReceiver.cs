using Engagement.Core.Contracts;
using Engagement.Engine.Stream;

namespace Engagement.Desks.Delivery;

/// <summary>A desk as one who is told: it gets the card of an accepted invitation, and nothing else. Thread-safe.</summary>
internal sealed class DeskReceiver(IDesk desk, AcceptedCards cards) : INoticeReceiver
{
    public async ValueTask<NoticeOutcome> DeliverAsync(Notice notice, CancellationToken cancellation)
    {
        if (await cards.FindAsync(notice, cancellation) is not { } card) return NoticeOutcome.Gone;
        await desk.HandOverAsync(notice, card, cancellation);
        return NoticeOutcome.Delivered;
    }
}
