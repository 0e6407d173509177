using Core.Tests.Decisions;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Decisions;
using Engagement.Core.Events;
using Engagement.Core.Sites;

namespace Core.Tests.Cards;

/// <summary>Assessments and evidence of told visitors.</summary>
internal static class Told
{
    public static readonly SessionId Session = new(1, 2);

    public static Assessment Assessment(float[] features, float purposeful = 0.1f, float floundering = 0.8f, SiteModel? site = null,
        OfferStatus offer = OfferStatus.None, PrivacyScope privacy = PrivacyScope.All)
    {
        var verdict = Decider.Decide(Visitors.Inputs(features, purposeful, floundering, offer, privacy: privacy), site ?? Visitors.Site());
        return new Assessment
        {
            Site = "shop",
            Visitor = new VisitorKey(3, 4),
            Session = Session,
            Step = 4,
            AsOf = Visitors.Noon,
            StartedAt = Visitors.Noon - TimeSpan.FromSeconds(95),
            LastPresenceAt = Visitors.Noon,
            State = verdict.State,
            Purposeful = purposeful,
            Floundering = floundering,
            Reasons = verdict.Reasons,
            Blockers = verdict.Blockers,
            Offer = offer,
            OffersMade = offer == OfferStatus.None ? 0 : 1,
            OfferExpiresAt = Instant.Never,
            Features = features,
            Privacy = privacy,
        };
    }

    public static SessionEvidence Searches(params string[] queries) => SessionEvidence.Empty with
    {
        Language = "en",
        Queries = [.. queries.Select((q, i) => new QueryEvidence(q, 0, SearchScope.Help, Visitors.Noon - TimeSpan.FromSeconds(90 - 10 * i), 0))],
    };

    public static PageEvidence Page(string label, PageKind kind = PageKind.Page, int visits = 1) => new(label, kind, Visitors.Noon, visits, 12);
}
