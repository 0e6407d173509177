using System.Text;
using Core.Tests.Pipeline;
using Engagement.Core;
using Engagement.Core.Gaps;
using Engagement.Core.Sites;
using FsCheck;
using FsCheck.Fluent;

namespace Core.Tests.Gaps;

/// <summary>What the owner of a help centre reads: needs of five and more, nobody's search.</summary>
public sealed class GapReportTests
{
    private static readonly SiteModel Site = new()
    {
        Id = "help",
        Mode = SiteMode.Live,
        Secret = new SiteSecret(new byte[32]),
        Articles = [new SiteArticle("returns", "Print a return label", "/returns"), new SiteArticle("pay", "Ways to pay", "/pay")],
    };

    private static readonly string[] Topics = ["refund voucher", "return label", "gift card balance", "invoice address", "lost parcel"];

    private static GapSession Session(int visitor, string[] queries, bool floundered = true, int results = 0, string[]? opened = null) =>
        new(LogText.Visitor(visitor), floundered, [.. queries.Select(q => new GapSearch(q, results, [.. opened ?? []]))]);

    private static GapReport Compose(IReadOnlyCollection<GapSession> sessions) =>
        GapReportComposer.Compose(Site, sessions, LogText.Start, LogText.Start + TimeSpan.FromDays(7), leftOut: 0, isPartial: false);

    [Fact]
    public void Compose_AnySessions_ShowsNothingThatFewerThanFiveVisitorsAsked()
    {
        var sessions = (from visitor in Gen.Choose(1, 9)
                        from topic in Gen.Choose(0, Topics.Length - 1)
                        from secret in Gen.Choose(0, 3)
                        from floundered in Gen.Elements(true, false)
                        select Session(visitor, [secret == 0 ? $"{Topics[topic]} zyx{visitor}q" : Topics[topic]], floundered)).ListOf();
        Prop.ForAll(sessions.ToArbitrary(), list =>
        {
            foreach (var question in Compose(list).Questions)
            {
                var words = question.Question.Split(' ').Where(w => w != GapReportComposer.Hidden);
                Assert.All(words, word => Assert.True(list.Where(s => s.Searches.Any(q => q.Text.Contains(word, StringComparison.Ordinal))).DistinctBy(s => s.Visitor).Count() >= Limits.GapSessionsMin, word));
                Assert.True(question.Sessions >= Limits.GapSessionsMin);
            }
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Compose_SessionsInAnyOrder_GivesTheSameBytes()
    {
        List<GapSession> sessions = [.. Enumerable.Range(0, 60).Select(i => Session(i, [Topics[i % 5], Topics[i % 5] + (i % 3 == 0 ? " please" : "")], i % 2 == 0, i % 4))];
        var expected = Compose(sessions);
        Assert.NotEmpty(expected.Questions);
        for (var seed = 0; seed < 5; seed++)
        {
            var shuffled = sessions.ToArray();
            new Random(seed).Shuffle(shuffled);
            Assert.Equal(expected.ToJson(), Compose(shuffled).ToJson());
            Assert.Equal(GapPageWriter.Write(expected), GapPageWriter.Write(Compose(shuffled)));
        }
    }

    [Fact]
    public void Compose_FormsAndSlipsOfOneQuestion_AreOneQuestion()
    {
        string[] ways = ["gift card balance", "check gift card balance", "balance of my gift card", "gift cards balance", "gift card balanse", "how do I see my gift card balance"];
        var question = Assert.Single(Compose([.. ways.Select((way, i) => Session(i, [way]))]).Questions);
        Assert.Equal(6, question.Sessions);
        Assert.Equal(1, question.FlounderingShare);
        Assert.Equal(1, question.ZeroResultShare);
        Assert.Contains("gift card", question.Question, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_OneQuestionWithEverybodysOwnNumber_IsOneQuestionWithoutTheNumbers()
    {
        var question = Assert.Single(Compose([.. Enumerable.Range(0, 6).Select(i => Session(i, [$"refund voucher {71_341 + 7_919 * i}"]))]).Questions);
        Assert.Equal("refund voucher …", question.Question);
        Assert.Equal(2, Compose([.. Enumerable.Range(0, 12).Select(i => Session(i, [i % 2 == 0 ? "cancel order" : "cancel subscription"]))]).Questions.Length);
    }

    [Fact]
    public void Compose_FourVisitorsWithTwoSessionsEach_IsHeldBack()
    {
        var report = Compose([.. Enumerable.Range(0, 8).Select(i => Session(i % 4, ["refund voucher"]))]);
        Assert.Empty(report.Questions);
        Assert.Equal(1, report.QuestionsHeldBack);
    }

    [Theory]
    [InlineData("refund voucher", null, GapVerdict.NoArticle)]
    [InlineData("return label", null, GapVerdict.NotFound)]
    [InlineData("return label", "returns", GapVerdict.FoundNotHelpful)]
    [InlineData("return label", "print a return label", GapVerdict.FoundNotHelpful)]
    [InlineData("return label", "pay", GapVerdict.NotFound)]
    public void Compose_ByWhatIsThereAndWasOpened_SaysWhatIsMissing(string query, string? opened, GapVerdict verdict)
    {
        var question = Assert.Single(Compose([.. Enumerable.Range(0, 5).Select(i => Session(i, [query], results: 3, opened: opened is null ? [] : [opened]))]).Questions);
        Assert.Equal(verdict, question.Verdict);
        Assert.Equal(verdict == GapVerdict.NoArticle, question.Article is null);
        Assert.Equal(0, question.ZeroResultShare);
    }

    [Fact]
    public void Compose_SessionThatOpenedAResultAndStayed_AsksNothingInVain()
    {
        Assert.Empty(Compose([.. Enumerable.Range(0, 9).Select(i => Session(i, ["return label"], floundered: false, opened: ["returns"]))]).Questions);
        Assert.Single(Compose([.. Enumerable.Range(0, 9).Select(i => Session(i, ["return label"], floundered: false))]).Questions);
    }

    [Fact]
    public void Csv_HostileTexts_RunNothingAndStayInTheirCells()
    {
        string[] hostile = ["=cmd|'/c calc'!a1", "+1+1", "-2+3", "@sum(a1)", "  =1", "\t=1", "＝1", "a\"b,c\r\nd", "plain"];
        Assert.Equal(
            ["\"'=cmd|'/c calc'!a1\"", "\"'+1+1\"", "\"'-2+3\"", "\"'@sum(a1)\"", "\"'  =1\"", "\"'\t=1\"", "\"'＝1\"", "\"a\"\"b,c\r\nd\"", "\"plain\""],
            hostile.Select(GapCsvWriter.Cell));
        var csv = GapCsvWriter.Write(Compose([.. Enumerable.Range(0, 5).Select(i => Session(i, ["=hyperlink evil label"]))]));
        Assert.Contains("\"'=hyperlink", csv, StringComparison.Ordinal);
    }

    [Fact]
    public void Page_HostileTexts_AreEncodedAndTheStyleIsTheOneThatThePolicyNames()
    {
        var page = GapPageWriter.Write(Compose([.. Enumerable.Range(0, 5).Select(i => Session(i, ["<script>alert(1)</script> \"label\" onerror=x"]))]));
        Assert.DoesNotContain("<script", page, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain(" style=", page, StringComparison.OrdinalIgnoreCase);
        Assert.Contains("&lt;script&gt;", page, StringComparison.Ordinal);
        var style = page.Split("<style>")[1].Split("</style>")[0];
        var hash = Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes(style)));
        Assert.Contains($"style-src 'sha256-{hash}'", page, StringComparison.Ordinal);
    }

    [Fact]
    public void Compose_PersonalDataThatFiveTyped_IsMaskedOnceMore() =>
        Assert.DoesNotContain("anna@example.org", Compose([.. Enumerable.Range(0, 5).Select(i => Session(i, ["refund voucher anna@example.org"]))]).Questions[0].Question, StringComparison.Ordinal);
}
