using Engagement.Core;

namespace Engagement.Engine.Delivery.Embedded;

/// <summary>An offer at a point in time: sorts by time, then by offer, so that a sorted set holds each once.</summary>
internal readonly record struct OfferTime(Instant At, OfferId Offer) : IComparable<OfferTime>
{
    public int CompareTo(OfferTime other)
    {
        var order = At.CompareTo(other.At);
        if (order == 0) order = Offer.Session.High.CompareTo(other.Offer.Session.High);
        if (order == 0) order = Offer.Session.Low.CompareTo(other.Offer.Session.Low);
        return order == 0 ? Offer.Ordinal.CompareTo(other.Offer.Ordinal) : order;
    }
}
