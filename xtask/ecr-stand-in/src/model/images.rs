//! The images of one repository and their tags. The only place where a tag is a digest: the registry behind knows none.

use std::collections::BTreeMap;

use super::{Image, Moment, Mutability};

/// Images by digest, and tags.
#[derive(Clone, Debug, Default)]
pub(crate) struct Images {
    by_digest: BTreeMap<String, Image>,
    tags: BTreeMap<String, String>,
    pushes: usize,
}

/// Why an image is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Refusal {
    /// The tag is there with this very digest.
    SameDigest,
    /// The tag is there with another digest and must not be moved.
    FixedTag,
}

impl Images {
    /// Adds an image, and a tag to it. `SameDigest` changes nothing and needs no handling where that is a success.
    pub(crate) fn put(&mut self, mut image: Image, tag: Option<&str>, mutability: &Mutability) -> Result<(), Refusal> {
        let digest = image.digest.clone();
        match tag.map(|tag| (tag, self.tags.get(tag))) {
            Some((_, Some(held))) if *held == digest => return Err(Refusal::SameDigest),
            Some((tag, Some(_))) if mutability.is_fixed(tag) => return Err(Refusal::FixedTag),
            None if self.by_digest.contains_key(&digest) => return Err(Refusal::SameDigest),
            _ => {}
        }
        self.pushes += 1;
        image.number = self.pushes;
        self.by_digest.entry(digest.clone()).or_insert(image);
        if let Some(tag) = tag {
            self.tags.insert(tag.to_owned(), digest);
        }
        Ok(())
    }

    /// An image by its digest.
    pub(crate) fn get(&self, digest: &str) -> Option<&Image> {
        self.by_digest.get(digest)
    }

    /// An image by its digest or by a tag.
    pub(crate) fn find(&self, reference: &str) -> Option<&Image> {
        self.get(self.tags.get(reference).map_or(reference, String::as_str))
    }

    /// Notes that an image was pulled.
    pub(crate) fn note_pull(&mut self, digest: &str, now: Moment) {
        if let Some(image) = self.by_digest.get_mut(digest) {
            image.pulled = Some(now);
        }
    }

    /// What an image takes up; an index as much as the largest image that it lists, as ECR counts it.
    pub(crate) fn size_of(&self, image: &Image) -> u64 {
        let listed = image.listed();
        let listed = listed.iter().filter_map(|digest| self.get(digest));
        listed.map(Image::own_size).max().unwrap_or_else(|| image.own_size())
    }

    /// The tags of a digest.
    pub(crate) fn tags_of(&self, digest: &str) -> Vec<String> {
        let own = self.tags.iter().filter(|(_, held)| *held == digest);
        own.map(|(tag, _)| tag.clone()).collect()
    }

    /// All tags.
    pub(crate) fn tags(&self) -> Vec<String> {
        self.tags.keys().cloned().collect()
    }

    /// All images, in the order they were pushed.
    pub(crate) fn all(&self) -> Vec<&Image> {
        let mut all: Vec<_> = self.by_digest.values().collect();
        all.sort_by_key(|image| image.number);
        all
    }

    /// Whether there is none.
    pub(crate) fn is_empty(&self) -> bool {
        self.by_digest.is_empty()
    }

    /// Whether an index lists an image.
    pub(crate) fn is_listed(&self, digest: &str) -> bool {
        self.by_digest
            .values()
            .any(|image| image.listed().iter().any(|listed| listed == digest))
    }

    /// Takes a tag away; with an image's last tag goes the image.
    pub(crate) fn remove_tag(&mut self, tag: &str) {
        if let Some(digest) = self.tags.remove(tag)
            && self.tags_of(&digest).is_empty()
            && !self.is_listed(&digest)
        {
            self.by_digest.remove(&digest);
        }
    }

    /// Takes an image away, with all its tags.
    pub(crate) fn remove(&mut self, digest: &str) {
        self.tags.retain(|_, held| held != digest);
        self.by_digest.remove(digest);
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    fn image(text: &str) -> Image {
        Image::new(text.as_bytes().to_vec(), None, Duration::ZERO)
    }

    #[test]
    fn a_fixed_tag_stays() {
        let mut images = Images::default();
        images.put(image("{}"), Some("1"), &Mutability::Immutable).unwrap();
        let again = |images: &mut Images, text, tag| images.put(image(text), Some(tag), &Mutability::Immutable);
        assert_eq!(again(&mut images, "{}", "1"), Err(Refusal::SameDigest));
        assert_eq!(again(&mut images, "[]", "1"), Err(Refusal::FixedTag));
        assert_eq!(again(&mut images, "{}", "2"), Ok(()));
        assert!(images.get(&image("[]").digest).is_none(), "what is refused is not there");
    }

    #[test]
    fn a_moved_tag_leaves_its_image_untagged_and_a_last_tag_takes_it_along() {
        let mut images = Images::default();
        for text in ["{}", "[]"] {
            images.put(image(text), Some("latest"), &Mutability::Mutable).unwrap();
        }
        assert_eq!(images.tags_of(&image("{}").digest), Vec::<String>::new());
        assert_eq!(images.all().len(), 2);
        images.put(image("[]"), Some("1"), &Mutability::Mutable).unwrap();
        images.remove_tag("latest");
        assert!(images.find("1").is_some() && images.find("latest").is_none());
        images.remove_tag("1");
        assert_eq!(images.all().len(), 1, "the untagged one");
    }

    #[test]
    fn an_index_holds_what_it_lists() {
        let mut images = Images::default();
        let child = image(r#"{"config": {"size": 3}, "layers": [{"size": 4}]}"#);
        let index = image(&format!(r#"{{"manifests": [{{"digest": "{}", "size": 90}}]}}"#, child.digest));
        images.put(child.clone(), Some("child"), &Mutability::Mutable).unwrap();
        images.put(index.clone(), Some("1"), &Mutability::Mutable).unwrap();
        assert_eq!((images.size_of(&child), images.size_of(&index)), (7, 7));
        assert!(images.is_listed(&child.digest));
        images.remove_tag("child");
        assert!(images.get(&child.digest).is_some());
    }
}
