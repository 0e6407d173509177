using System.Collections.Immutable;
using Engagement.Core.Cards;
using Engagement.Core.Contracts;
using Engagement.Core.Sites;

namespace Engagement.Core.Decisions;

/// <summary>
/// Which single changes would turn silence into an offer: scores and decides again under each. A change that is named here, and nothing else
/// changed, does lead to an offer. Pure, thread-safe; cold path.
/// </summary>
public static class WhatIf
{
    /// <summary>Changes named in one answer.</summary>
    public const int ChangesMax = 3;

    /// <summary>A no, whatever it was, is not argued with: nothing is computed.</summary>
    private const Blockers Final = Blockers.SiteOff | Blockers.Objected | Blockers.ModelUnavailable | Blockers.Declined | Blockers.Ignored
        | Blockers.InConversation | Blockers.OfferOpen | Blockers.OfferLimit | Blockers.HeldOut | Blockers.Holdout;

    /// <summary>Changes the moment, a flag of the inputs or the features; false where it does not apply.</summary>
    private delegate bool Change(ref Trial trial);

    /// <summary>What a change is tried on.</summary>
    private ref struct Trial
    {
        public Span<float> Features;
        public SiteModel Site;
        public Standing.Moment Moment;
        public bool PageExcluded;
        public bool LanguageNotServed;
    }

    private static readonly ImmutableArray<(string Code, Phrase Text, Change Apply)> _changes =
    [
        ("agent_free", new("an agent were free", "jemand frei wäre", "er iemand vrij was", "hubiera alguien libre"),
            static (ref t) => Turn(ref t.Moment, t.Moment.AgentFree, t.Moment with { AgentFree = true })),
        ("sign_of_presence", new("there were a sign of presence", "es ein Zeichen von Anwesenheit gäbe", "er een teken van aanwezigheid was",
            "hubiera una señal de presencia"),
            static (ref t) => Turn(ref t.Moment, t.Moment.Present, t.Moment with { Present = true })),
        ("within_opening_hours", new("it were within the opening hours", "es innerhalb der Öffnungszeiten wäre", "het binnen de openingstijden was",
            "fuera dentro del horario de atención"),
            static (ref t) => Turn(ref t.Moment, Decider.IsOpen(t.Site, t.Moment.Now), t.Moment with { OpenAnyway = true })),
        ("offer_cap_lifted", new("the site's hourly limit were not reached", "das Stundenlimit der Website nicht erreicht wäre",
            "de uurlimiet van de site niet bereikt was", "no se hubiera alcanzado el límite por hora del sitio"),
            static (ref t) => Turn(ref t.Moment, (t.Moment.Left & Blockers.OfferCap) == 0, t.Moment with { Left = t.Moment.Left & ~Blockers.OfferCap })),
        ("site_live", new("the site showed invitations", "die Website Einladungen zeigte", "de site uitnodigingen toonde", "el sitio mostrara invitaciones"),
            static (ref t) => Turn(ref t.Moment, !t.Moment.Observing, t.Moment with { Observing = false })),
        ("another_page", new("the visitor were on another page", "der Besuch auf einer anderen Seite wäre", "het bezoek op een andere pagina was",
            "la visita estuviera en otra página"), static (ref t) => t.PageExcluded && !(t.PageExcluded = false)),
        ("language_served", new("somebody spoke the language", "jemand die Sprache spräche", "iemand de taal sprak", "alguien hablara el idioma"),
            static (ref t) => t.LanguageNotServed && !(t.LanguageNotServed = false)),
        ("one_more_fruitless_search", new("one more similar search found nothing", "eine weitere ähnliche Suche nichts fände",
            "nog een soortgelijke zoekopdracht niets opleverde", "otra búsqueda parecida no encontrara nada"),
            static (ref t) => Acts(ref t, Hypothesis.SearchInVain(t.Features))),
        ("article_not_helpful", new("an article were rated as not helpful", "ein Artikel als nicht hilfreich bewertet würde",
            "een artikel als niet nuttig werd beoordeeld", "un artículo se valorara como poco útil"),
            static (ref t) => Acts(ref t, Hypothesis.RateNotHelpful(t.Features))),
        ("another_product_comparison", new("two products were compared once more", "zwei Produkte noch einmal verglichen würden",
            "twee producten nog eens vergeleken werden", "se compararan otra vez dos productos"),
            static (ref t) => Acts(ref t, Hypothesis.CompareAgain(t.Features))),
        ("checkout_retreat", new("the checkout were left to look again", "die Kasse verlassen würde, um noch einmal nachzusehen",
            "de kassa verlaten werd om nog eens te kijken", "se saliera del pago para volver a mirar"),
            static (ref t) => Acts(ref t, Hypothesis.RetreatFromCheckout(t.Features))),
        ("still_for_a_minute", new("nothing happened for a minute", "eine Minute lang nichts geschähe", "er een minuut niets gebeurde",
            "no pasara nada durante un minuto"), static (ref t) => BeStill(t.Features)),
    ];

    /// <summary>At most <see cref="ChangesMax"/>: those of the site first, then those of the visitor. Empty where an offer stands or none ever will.</summary>
    /// <param name="present">A page stream is open, or the question itself shows that she is here.</param>
    public static ImmutableArray<CodedText> For(
        Assessment assessment, SiteModel site, Instant now, AgentAvailability availability, CopyLanguage language, bool present = false)
    {
        var moment = Standing.MomentOf(assessment, site, now, availability, present);
        var blockers = Standing.Decide(assessment.ToInputs(assessment.Features, now), site, moment).Blockers;
        if (blockers == Blockers.None || (blockers & Final) != 0) return [];
        return [.. _changes.Where(c => Engages(c.Apply, assessment, site, moment)).Take(ChangesMax).Select(c => new CodedText(c.Code, c.Text.In(language)))];
    }

    /// <summary>True when the change of this code alone leads to an offer. For tests of soundness.</summary>
    internal static bool Engages(string code, Assessment assessment, SiteModel site, in Standing.Moment moment) =>
        Engages(_changes.Single(c => c.Code == code).Apply, assessment, site, moment);

    private static bool Engages(Change change, Assessment assessment, SiteModel site, in Standing.Moment moment)
    {
        Span<float> features = stackalloc float[assessment.Features.Length];
        assessment.Features.CopyTo(features);
        var trial = new Trial
        {
            Features = features,
            Site = site,
            Moment = moment,
            PageExcluded = (assessment.Blockers & Blockers.PageExcluded) != 0,
            LanguageNotServed = (assessment.Blockers & Blockers.LanguageNotServed) != 0,
        };
        if (!change(ref trial)) return false;
        var changed = assessment.ToInputs(features, trial.Moment.Now);
        var inputs = new DecisionInputs
        {
            Features = features,
            Purposeful = site.Purposeful?.Score(features) ?? float.NaN,
            Floundering = site.Floundering?.Score(features) ?? float.NaN,
            Now = changed.Now,
            Privacy = changed.Privacy,
            Offer = changed.Offer,
            OffersMade = changed.OffersMade,
            PageExcluded = trial.PageExcluded,
            LeftSite = changed.LeftSite,
            LanguageNotServed = trial.LanguageNotServed,
            HasRefused = changed.HasRefused,
        };
        return Standing.Decide(inputs, site, trial.Moment).Blockers == Blockers.None;
    }

    /// <summary>Sets the moment; false when it was so already.</summary>
    private static bool Turn(ref Standing.Moment moment, bool already, Standing.Moment turned)
    {
        moment = turned;
        return !already;
    }

    private static bool BeStill(Span<float> features)
    {
        Hypothesis.Wait(features, 60);
        return true;
    }

    /// <summary>What she does is a sign of presence too.</summary>
    private static bool Acts(ref Trial trial, bool applies)
    {
        trial.Moment = trial.Moment with { Present = true };
        return applies;
    }
}
