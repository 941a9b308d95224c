PACKAGES="openjdk-17-jre-headless maven"
