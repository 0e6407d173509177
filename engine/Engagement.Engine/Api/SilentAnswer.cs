using System.Text.Json;
using Engagement.Core;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Decisions;
using Engagement.Core.Sites;

namespace Engagement.Engine.Api;

/// <summary>
/// The answer where no session could be looked at: the store could not be asked in time (nobody is engaged on a guess), or the visitor has not agreed.
/// </summary>
internal static class SilentAnswer
{
    private static readonly TimeSpan AskAgainIn = TimeSpan.FromSeconds(5);

    public static byte[] Compose(SiteModel site, Instant now, Blockers blocker, bool forBrowser)
    {
        var answer = new ShouldEngageAnswer
        {
            Engage = false,
            State = VisitorState.Unknown,
            Probabilities = new StateNumbers(null, null),
            Reasons = [],
            Blockers = BlockerTexts.For(blocker, CopyLanguages.Choose(null, site)),
            WouldEngageIf = [],
            Articles = [],
            Threshold = new StateNumbers(site.Policy.PurposefulThreshold, site.Policy.FlounderingThreshold),
            ModelVersion = new ModelVersions(site.Purposeful?.Version, site.Floundering?.Version),
            PolicyVersion = site.Policy.Version,
            AskAgainAfter = now + AskAgainIn,
        };
        return forBrowser
            ? JsonSerializer.SerializeToUtf8Bytes(answer.ForBrowser(), ContractJson.Default.BrowserAnswer)
            : JsonSerializer.SerializeToUtf8Bytes(answer, ContractJson.Default.ShouldEngageAnswer);
    }
}
