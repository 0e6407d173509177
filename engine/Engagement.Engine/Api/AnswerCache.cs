using System.Runtime.CompilerServices;
using Engagement.Core;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Engine.Api;

/// <summary>
/// Rendered answers to should-engage, kept with the assessment that they are made from and dropped with it. An answer holds while the site's model,
/// whether anybody is free, the offer and whether she is here are the same, and time alone does not change it. Thread-safe, lock-free.
/// </summary>
internal sealed class AnswerCache
{
    private readonly ConditionalWeakTable<Assessment, Slots> _kept = [];

    /// <summary>Hot: a table look-up and a few comparisons where the answer is kept.</summary>
    public ReadOnlyMemory<byte> Render(in ShouldEngageQuestion question, bool forBrowser)
    {
        if (question.Assessment is not { } assessment || question.Language is not null) return ShouldEngageComposer.ComposeUtf8(question, forBrowser, out _);
        var slots = _kept.GetValue(assessment, static _ => new Slots());
        var kept = forBrowser ? slots.Browser : slots.Server;
        if (kept is not null && kept.Holds(question)) return kept.Json;
        var json = ShouldEngageComposer.ComposeUtf8(question, forBrowser, out var validUntil);
        kept = new Rendered(json, validUntil, question.Site, question.Availability.FreeSlots > 0, question.Present, question.Offer?.Offer, question.Offer?.Status);
        if (forBrowser) slots.Browser = kept;
        else slots.Server = kept;
        return json;
    }

    private sealed class Slots
    {
        public volatile Rendered? Server;
        public volatile Rendered? Browser;
    }

    private sealed record Rendered(byte[] Json, Instant ValidUntil, SiteModel Site, bool IsFree, bool IsPresent, OfferId? Offer, OfferStatus? Status)
    {
        public bool Holds(in ShouldEngageQuestion question) =>
            question.Now < ValidUntil && ReferenceEquals(Site, question.Site) && IsFree == question.Availability.FreeSlots > 0
            && IsPresent == question.Present && Offer == question.Offer?.Offer && Status == question.Offer?.Status;
    }
}
